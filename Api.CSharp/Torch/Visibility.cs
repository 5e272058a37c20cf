[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("HadamardNtk.Torch.Tests")]
