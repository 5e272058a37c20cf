[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("HadamardNtk.Cli.Tests")]
