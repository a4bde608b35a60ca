"""What every way in shares: the template engine, the look (size, colours, language), components, theme and error pages."""
