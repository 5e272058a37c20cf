namespace HadamardNtk;

/// <summary>The part of a tangent kernel that the parameters of one layer make.</summary>
/// <param name="Name">The name of the layer in the module; empty for the module itself.</param>
/// <param name="Kernel">The part, a kernel itself.</param>
public sealed record TangentPart(string Name, ModuleTangentKernel Kernel);
