namespace HadamardNtk;

/// <summary>What is known of the origin of a Gram matrix that a model was fitted on.</summary>
/// <param name="Network">The network as text, or null.</param>
/// <param name="Kind">Which of its kernels it is, or null.</param>
/// <param name="Samples">The checksum of the training samples' numbers, or null.</param>
internal sealed record GramOrigin(string? Network, KernelKind? Kind, string? Samples)
{
    /// <summary>Nothing is known.</summary>
    internal static GramOrigin Unknown { get; } = new(null, null, null);

    /// <summary>The origin of a whole matrix; unknown without a provenance.</summary>
    internal static GramOrigin Of(GramProvenance? provenance) =>
        provenance is null ? Unknown : new(provenance.Network, provenance.Kernel, provenance.ColumnInput.Sha256);

    /// <summary>Requires that kernels with the training samples have this origin, as far as both are known.</summary>
    /// <exception cref="ArgumentException">They have another one; the message says in what.</exception>
    internal void RequireSame(GramOrigin cross)
    {
        Require("network", Network, cross.Network);
        Require("kernel", Word(Kind), Word(cross.Kind));
        Require("training samples", Samples, cross.Samples);
    }

    private static string? Word(KernelKind? kind) => kind is { } known ? ProvenanceFile.Word(known) : null;

    private static void Require(string what, string? here, string? there)
    {
        if (here is not null && there is not null && here != there)
        {
            throw new ArgumentException(
                $"Expected kernels of the {what} that the model was fitted on, {here}; they are of {there}. "
                + "Compute them with the network, kernel and training samples of the fitted matrix.", "cross");
        }
    }
}
