"""Small helpers that know nothing of ours: environment, HTTP answers, text, Markdown, security header."""
