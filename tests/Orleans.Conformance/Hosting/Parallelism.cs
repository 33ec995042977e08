// A silo of the cluster build listens on fixed ports, so there is one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
