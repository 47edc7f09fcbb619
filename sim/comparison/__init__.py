"""Ways of sending compared: the same letters, the same weather, another setup.

`variants` runs them under common random numbers, `paired` takes the differences replication by replication,
`cost` counts the money, `turning` looks for what would turn the answer, `outcome` puts it all together.
"""
