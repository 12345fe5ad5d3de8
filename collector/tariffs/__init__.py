"""The price list that ships, and the way to one of the firm's own. What a tariff says is `domain`'s."""
