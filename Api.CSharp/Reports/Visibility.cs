[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("HadamardNtk.Api.Tests")]
