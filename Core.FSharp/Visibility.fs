namespace HadamardNtk.Core

open System.Runtime.CompilerServices

// Networks, their kernels and what is learned with them are for everybody. The machinery is for the library, whose
// public signatures show none of it.
[<assembly: InternalsVisibleTo("HadamardNtk")>]
[<assembly: InternalsVisibleTo("HadamardNtk.Torch")>]
[<assembly: InternalsVisibleTo("HadamardNtk.Cluster")>]
[<assembly: InternalsVisibleTo("HadamardNtk.Reports")>]
[<assembly: InternalsVisibleTo("hntk")>]
[<assembly: InternalsVisibleTo("HadamardNtk.Core.Spec")>]
[<assembly: InternalsVisibleTo("HadamardNtk.Api.Tests")>]
[<assembly: InternalsVisibleTo("HadamardNtk.Torch.Tests")>]
[<assembly: InternalsVisibleTo("HadamardNtk.Cluster.Tests")>]
[<assembly: InternalsVisibleTo("HadamardNtk.Cli.Tests")>]
[<assembly: InternalsVisibleTo("HadamardNtk.Bench")>]
do ()
