"""The demo province: built from `demo/` through the real actions, then run."""
