"""The administrative tree of GB/T 2260: province, city, county, street."""
