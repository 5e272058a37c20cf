using HadamardNtk.Core;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>The results of a program for its pairs. The caller disposes them.</summary>
/// <param name="Value">The kernel.</param>
/// <param name="Doubt">The doubt, the greatest |ρ| on which an angle depends; null if there are no angles.</param>
/// <param name="Likeness">The likeness, |ρ| of the inputs; not a number where a sample is out of range.</param>
internal sealed record TensorResult(Tensor Value, Tensor? Doubt, Tensor Likeness);

/// <summary>
/// Runs a strip program on tensors. Every instruction is one operation or a few on all pairs, in the memory of an
/// operand that is not read later if there is one.
/// </summary>
internal sealed class TensorProgram : IDisposable
{
    private readonly StripInstruction[] _instructions;
    private readonly int[] _lastUse;
    private readonly TensorConstants _constants;
    private readonly Dictionary<StripOperand, int> _lastKnown;
    private readonly bool _single;

    internal TensorProgram(StripPlan plan, ScalarType type, Device device)
    {
        Program = plan.Program;
        (_instructions, _single, HasDoubts) = (Instructions(Program), type == ScalarType.Float32, plan.HasDoubts);
        _constants = new(Program.Constants, type, device);
        (_lastUse, _lastKnown) = LastReads(Program, _instructions);
        DoubtsCoverLikeness = HasDoubts && IsMaximumOf(Program.Doubt, Program.Likeness);
    }

    /// <summary>The strip program.</summary>
    internal StripProgram Program { get; }

    /// <summary>
    /// The constants. They belong to the scope in which the program was created until they are detached from it.
    /// </summary>
    internal IEnumerable<Tensor> Constants => _constants.Tensors;

    /// <summary>Whether the kernel depends on an angle.</summary>
    internal bool HasDoubts { get; }

    /// <summary>
    /// Whether the doubt of a pair is at least its likeness, as a maximum that the likeness is part of.
    /// </summary>
    internal bool DoubtsCoverLikeness { get; }

    /// <summary>Whether the program has series.</summary>
    internal bool HasSeries => _instructions.Any(i => i.Operation == StripOperation.Series);

    /// <summary>The largest number of numbers in memory for a pair: values, and temporaries of operations.</summary>
    internal static int MostLive(StripPlan plan)
    {
        var (last, known) = LastReads(plan.Program, Instructions(plan.Program));
        var most = 1;
        for (var i = 0; i < last.Length; i++)
        {
            var live = known.Values.Count(end => end >= i);
            for (var v = 0; v <= i; v++)
            {
                live += last[v] >= i ? 1 : 0;
            }

            most = Math.Max(most, live);
        }

        return most + 3;
    }

    /// <summary>Runs the program on pairs.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="multiply">Computes the inner products x·x′, whose memory is reused.</param>
    internal TensorResult Run(TensorPairs pairs, Func<Tensor> multiply)
    {
        using var scope = NewDisposeScope();
        var product = multiply();
        var run = Run(new RowPairValues(pairs, product), product.shape);
        return new(
            Out(run, Program.Result),
            HasDoubts ? Out(run, Program.Doubt) : null,
            Out(run, Program.Likeness));
    }

    /// <summary>
    /// Runs a program on pairs of positions. The results are the values that it gives, in the shape of the pairs, and
    /// its doubt, or null if there is none. They belong to the caller's scope.
    /// </summary>
    internal (Tensor[] Values, Tensor? Doubt) Run(PositionValues values)
    {
        using var scope = NewDisposeScope();
        var run = Run(values, values.Shape);
        var taken = new HashSet<int>();
        Tensor Take(StripOperand o)
        {
            var value = run.Full(o.Index);
            return scope.MoveToOuter(taken.Add(o.Index) ? value : value.clone());
        }

        return (Array.ConvertAll(Program.Slices, Take), HasDoubts ? Take(Program.Doubt) : null);
    }

    public void Dispose() => _constants.Dispose();

    private TensorRun Run(IPairValues values, long[] shape)
    {
        var run = new TensorRun(values, shape, _constants, _instructions.Length, _single);
        for (var i = 0; i < _instructions.Length; i++)
        {
            run.Step(i, _instructions[i], o => IsLast(o, i));
        }

        return run;
    }

    private static Tensor Out(TensorRun run, StripOperand operand) =>
        run.Full(operand.Index).MoveToOuterDisposeScope();

    // Whether a maximum, or the maximum that it is taken with, and so on, is the other number.
    private bool IsMaximumOf(StripOperand maximum, StripOperand number)
    {
        while (maximum.Place == StripPlace.Value && maximum.Index != number.Index
            && _instructions[maximum.Index].Operation == StripOperation.Greatest)
        {
            maximum = _instructions[maximum.Index].Operands[0];
        }

        return maximum.Place == StripPlace.Value && number.Place == StripPlace.Value && maximum.Index == number.Index;
    }

    private bool IsLast(StripOperand o, int i) => o.Place switch
    {
        StripPlace.Value => _lastUse[o.Index] == i,
        StripPlace.Product or StripPlace.Slice => _lastKnown[o] == i,
        _ => false,
    };

    // The program's instructions, with one exception: an angle θ = arccos ρ with a known sine becomes atan2(sin θ, ρ),
    // because libtorch's arccosine takes 1.4 times as long.
    private static StripInstruction[] Instructions(StripProgram program)
    {
        var instructions = program.Instructions.ToArray();
        for (var i = 0; i < instructions.Length; i++)
        {
            var sine = instructions[i].Operation == StripOperation.Angle
                ? Array.FindIndex(
                    instructions, 0, i,
                    s => s.Operation == StripOperation.Sine && s.Operands[0].Equals(instructions[i].Operands[0]))
                : -1;
            instructions[i] = sine < 0
                ? instructions[i]
                : new(StripOperation.Atan2, [new(StripPlace.Value, sine), instructions[i].Operands[0]], -1);
        }

        return instructions;
    }

    // The number of the last instruction that reads each value, and each known value of a pair.
    private static (int[] Values, Dictionary<StripOperand, int> Known) LastReads(
        StripProgram program, StripInstruction[] instructions)
    {
        var known = new Dictionary<StripOperand, int>();
        for (var i = 0; i < instructions.Length; i++)
        {
            foreach (var o in instructions[i].Operands)
            {
                if (o.Place is StripPlace.Product or StripPlace.Slice)
                {
                    known[o] = i;
                }
            }
        }

        var values = Liveness.lastReads(
            instructions, [program.Result, program.Doubt, program.Likeness, .. program.Slices]);
        return (values, known);
    }
}
