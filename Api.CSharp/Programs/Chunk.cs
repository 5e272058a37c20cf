using System.Text;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// A run of instructions without the numbers that they act on. Machine code is made for a chunk. Equal layers of a
/// network are equal chunks, so that a deep network needs only the code of one layer.
/// </summary>
internal sealed class Chunk : IEquatable<Chunk>
{
    private readonly string _key;

    /// <param name="inputs">Whether each input is a strip. Otherwise it is one number for the whole strip.</param>
    /// <param name="instructions">The instructions. Operand k is input k, or instruction k - inputs.</param>
    /// <param name="outputs">The instructions whose values are stored.</param>
    internal Chunk(bool[] inputs, (StripOperation Operation, int[] Operands)[] instructions, int[] outputs)
    {
        (Inputs, Instructions, Outputs) = (inputs, instructions, outputs);
        var key = new StringBuilder();
        foreach (var strip in inputs)
        {
            key.Append(strip ? 's' : 'n');
        }

        foreach (var (operation, operands) in instructions)
        {
            key.Append(';').Append((int)operation).Append('(').AppendJoin(',', operands).Append(')');
        }

        _key = key.Append(';').AppendJoin(',', outputs).ToString();
    }

    /// <summary>Whether each input is a strip. Otherwise it is one number for the whole strip.</summary>
    internal bool[] Inputs { get; }

    /// <summary>The instructions. Operand k is input k, or instruction k - inputs.</summary>
    internal (StripOperation Operation, int[] Operands)[] Instructions { get; }

    /// <summary>The instructions whose values are stored, in order.</summary>
    internal int[] Outputs { get; }

    public bool Equals(Chunk? other) => other is not null && _key == other._key;

    public override bool Equals(object? other) => Equals(other as Chunk);

    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);
}
