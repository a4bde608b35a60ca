"""规则: decision tables that officials edit, try out and publish; versions never change; what came of them is kept."""
