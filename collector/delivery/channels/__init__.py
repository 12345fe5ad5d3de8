"""One way of telling per file: mail by SMTP, a signed webhook, and every other service through apprise."""
