using System.Text;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>How a chunk reads an input along a strip.</summary>
internal enum ChunkInput
{
    /// <summary>One number for the whole strip.</summary>
    Number,

    /// <summary>A number for each lane of the strip.</summary>
    Strip,

    /// <summary>A number for each vector of the strip.</summary>
    Vector,
}

/// <summary>
/// A run of instructions without the numbers that they act on. Machine code is made for a chunk. Equal layers of a
/// network are equal chunks, so that a deep network needs only the code of one layer.
/// </summary>
internal sealed class Chunk : IEquatable<Chunk>
{
    private readonly string _key;

    /// <param name="inputs">How each input is read.</param>
    /// <param name="instructions">The instructions. Operand k is input k, or instruction k - inputs.</param>
    /// <param name="outputs">The instructions whose values are stored.</param>
    internal Chunk(ChunkInput[] inputs, (StripOperation Operation, int[] Operands)[] instructions, int[] outputs)
    {
        (Inputs, Instructions, Outputs) = (inputs, instructions, outputs);
        var key = new StringBuilder();
        foreach (var input in inputs)
        {
            key.Append(input switch { ChunkInput.Strip => 's', ChunkInput.Vector => 'v', _ => 'n' });
        }

        foreach (var (operation, operands) in instructions)
        {
            key.Append(';').Append((int)operation).Append('(').AppendJoin(',', operands).Append(')');
        }

        _key = key.Append(';').AppendJoin(',', outputs).ToString();
    }

    /// <summary>How each input is read.</summary>
    internal ChunkInput[] Inputs { get; }

    /// <summary>The instructions. Operand k is input k, or instruction k - inputs.</summary>
    internal (StripOperation Operation, int[] Operands)[] Instructions { get; }

    /// <summary>The instructions whose values are stored, in order.</summary>
    internal int[] Outputs { get; }

    public bool Equals(Chunk? other) => other is not null && _key == other._key;

    public override bool Equals(object? other) => Equals(other as Chunk);

    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);
}
