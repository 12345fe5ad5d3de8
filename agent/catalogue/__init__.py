"""What the agent knows: one file of data for each tool, read by `agent.signature`. No code lives here."""
