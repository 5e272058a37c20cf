using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The rows of a matrix, prepared for pairs in double-double. Each row is prepared when it is first needed.
/// </summary>
internal sealed class ExactSamples
{
    private readonly Interpreter<DoubleDouble, DoubleDoubleArithmetic> _interpreter;
    private readonly SampleState<DoubleDouble>?[] _states;
    private readonly Conditions _conditions;
    private readonly Matrix _x;

    internal ExactSamples(KernelProgram program, Matrix x)
    {
        (_x, _conditions) = (x, program.Conditions);
        _interpreter = program.ExactInterpreter(x.Columns);
        _states = new SampleState<DoubleDouble>?[x.Rows];
    }

    /// <summary>Memory for one thread's pairs.</summary>
    internal DoubleDouble[] NewScratch() => new DoubleDouble[_interpreter.ScratchLength];

    /// <summary>Computes Σ and Θ of a pair, rounded once.</summary>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at the pair.</exception>
    internal KernelValue Pair(int i, ExactSamples others, int j, DoubleDouble[] scratch)
    {
        var (row, column) = (State(i), others.State(j));
        var product = DoubleDoubleModule.meanProduct(_x.Row(i), others._x.Row(j));
        var alignment = _interpreter.HasRays ? AlignmentModule.ofRows(_x.Row(i), others._x.Row(j)) : Alignment.Apart;
        var (nngp, ntk) = _interpreter.Pair(row, column, product, alignment, scratch);
        return double.IsFinite(nngp.Hi) && double.IsFinite(ntk.Hi)
            ? new(nngp.Hi, ntk.Hi)
            : throw new KernelUndefinedException(_interpreter.UndefinedPair(row, scratch), i);
    }

    // Two threads may prepare the same row, but both get the same state.
    private SampleState<DoubleDouble> State(int i) => _states[i] ??= Prepare(i);

    private SampleState<DoubleDouble> Prepare(int i)
    {
        var row = _x.Row(i);
        var (norm, average) = (DoubleDoubleModule.meanProduct(row, row), DoubleDoubleModule.mean(row));
        var (length, state) = (Conditions.Length(norm.Hi, row), _interpreter.Sample(norm, average));
        if (_conditions.IsLost(_x.Columns, length, average.Hi))
        {
            throw new KernelUndefinedException(
                _conditions.IsTooSmall(_x.Columns, length, average.Hi)
                    ? _interpreter.Smallest(state)
                    : new("the read-out, where roundings have outgrown 32 digits", double.NaN, norm.Hi),
                i);
        }

        return _interpreter.Check(state) is { } undefined
            ? throw new KernelUndefinedException(undefined.Value, i)
            : state;
    }
}
