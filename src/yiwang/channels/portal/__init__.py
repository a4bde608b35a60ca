"""The citizens and firms come in here: search, guide, application, progress, certificates."""
