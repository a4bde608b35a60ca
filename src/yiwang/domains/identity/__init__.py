"""People, firms and officials: who they are, how they sign in, whom they act for."""
