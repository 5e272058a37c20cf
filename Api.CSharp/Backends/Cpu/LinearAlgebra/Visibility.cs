[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("HadamardNtk.Api.Tests")]
[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("HadamardNtk.Core.Spec")]
[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("HadamardNtk.Bench")]
