using Xunit.Sdk;
using Xunit.v3;

// Programs print to the console of the tests' own process, and run in its current folder.
[assembly: Parallelization(Mode = ParallelMode.None)]
