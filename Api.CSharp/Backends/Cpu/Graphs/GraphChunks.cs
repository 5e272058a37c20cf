using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// Writes the operations of a graph program as those of vectors, for one chunk. Its values are numbered as a chunk's
/// are: inputs first, then instructions.
/// </summary>
/// <param name="inputs">The inputs, as the values that they read.</param>
internal sealed class GraphChunks(List<GraphOperand> inputs)
{
    private readonly List<(StripOperation Operation, int[] Operands)> _instructions = [];

    /// <summary>The number of instructions so far.</summary>
    internal int Count => _instructions.Count;

    /// <summary>The chunk.</summary>
    /// <param name="isStrip">Whether each input is a strip.</param>
    /// <param name="outputs">The values that are stored, as <see cref="Write"/> gave them.</param>
    internal Chunk Finish(bool[] isStrip, IEnumerable<int> outputs) => new(
        Array.ConvertAll(isStrip, strip => strip ? ChunkInput.Strip : ChunkInput.Number),
        [.. _instructions.Select(i => (i.Operation, Array.ConvertAll(i.Operands, k => k < 0 ? ~k + inputs.Count : k)))],
        [.. outputs.Select(k => ~k)]);

    /// <summary>
    /// Writes an operation. Values are inputs by their numbers, and instructions by the complements of theirs, since
    /// the number of inputs is not known before the end.
    /// </summary>
    /// <param name="operation">The operation.</param>
    /// <param name="o">Its operands.</param>
    /// <param name="number">The input that is a number.</param>
    internal int Write(Operation operation, int[] o, Func<double, int> number)
    {
        var zero = new Lazy<int>(() => number(0));
        switch (operation)
        {
            case var _ when operation.IsAdd: return Emit(StripOperation.Add, o[0], o[1]);
            case var _ when operation.IsSubtract: return Emit(StripOperation.Subtract, o[0], o[1]);
            case var _ when operation.IsMultiply: return Emit(StripOperation.Multiply, o[0], o[1]);
            case var _ when operation.IsDivide: return Emit(StripOperation.Divide, o[0], o[1]);
            case var _ when operation.IsSqrt: return Emit(StripOperation.Sqrt, o[0]);
            case var _ when operation.IsExp: return Emit(StripOperation.Exp, o[0]);
            case var _ when operation.IsAtan2: return Emit(StripOperation.Atan2, o[0], o[1]);
            case var _ when operation.IsGap: return Gap(o, zero.Value, number(0.5));
            case var _ when operation.IsHypotenuse: return Hypotenuse(o);
            case var _ when operation.IsAngle: return Angle(o, number(Math.PI / 2));
            default: return ExpSinh(o, zero.Value);
        }
    }

    private int Emit(StripOperation operation, params int[] operands)
    {
        _instructions.Add((operation, operands));
        return ~(_instructions.Count - 1);
    }

    // sqrt(max(a b - c^2, 0)), with the rounding error of c^2 added again (W. Kahan).
    private int Gap(int[] o, int zero, int half)
    {
        var square = Emit(StripOperation.Multiply, o[2], o[2]);
        var difference = Emit(StripOperation.Fma, o[0], o[1], Emit(StripOperation.Subtract, zero, square));
        var error = Emit(StripOperation.Fma, Emit(StripOperation.Subtract, zero, o[2]), o[2], square);
        var exact = Emit(StripOperation.Add, difference, error);
        var twice = Emit(StripOperation.Add, exact, Emit(StripOperation.Greatest, zero, exact));
        return Emit(StripOperation.Sqrt, Emit(StripOperation.Multiply, twice, half));
    }

    // sqrt(a + b^2).
    private int Hypotenuse(int[] o) => Emit(StripOperation.Sqrt, Emit(StripOperation.Fma, o[1], o[1], o[0]));

    // A vector of length 0 is orthogonal to every other.
    private int Angle(int[] o, int right)
    {
        var angle = Emit(StripOperation.Atan2, o[0], o[1]);
        return Emit(StripOperation.IfZero, o[0], Emit(StripOperation.IfZero, o[1], right, angle), angle);
    }

    // exp(-m) sinh(c) = (exp(c - m) - exp(-m - c))/2.
    private int ExpSinh(int[] o, int zero)
    {
        var up = Emit(StripOperation.Exp, Emit(StripOperation.Subtract, o[1], o[0]));
        var sum = Emit(StripOperation.Add, o[0], o[1]);
        var down = Emit(StripOperation.Exp, Emit(StripOperation.Subtract, zero, sum));
        return Emit(StripOperation.OddPart, up, down, o[1]);
    }
}
