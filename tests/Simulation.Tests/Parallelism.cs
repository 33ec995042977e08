// Each sweep takes both processors by itself.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
