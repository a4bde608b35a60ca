"""Items that people apply for: guides, forms, materials, in immutable versions."""
