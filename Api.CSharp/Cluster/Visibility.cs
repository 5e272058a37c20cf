[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("HadamardNtk.Api.Tests")]
[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("HadamardNtk.Cluster.Tests")]
[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("hntk")]
