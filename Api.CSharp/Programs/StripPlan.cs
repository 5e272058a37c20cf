using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>One step of a plan: a chunk or a series.</summary>
/// <param name="Chunk">The chunk, or null for a series.</param>
/// <param name="Table">The table of a series.</param>
/// <param name="Slope">The table of the derivative, whose series is the second output, or -1.</param>
/// <param name="Inputs">The operands of the inputs. The indices of values are strips of the plan.</param>
/// <param name="Outputs">The strips that take the outputs.</param>
internal sealed record StripStep(Chunk? Chunk, int Table, int Slope, StripOperand[] Inputs, int[] Outputs);

/// <summary>
/// A strip program cut into chunks and series. The values between them lie in strips of memory that stay in the
/// first-level cache. A strip is used again when no later step reads it.
/// </summary>
internal sealed class StripPlan
{
    // A chunk ends before a layer's first operation once it has this weight, and anywhere at twice the weight.
    private const int Enough = 30;

    private readonly StripInstruction[] _instructions;
    private readonly ChunkInput _rows;
    private readonly int[] _lastUse;
    private readonly int[] _strips;
    private readonly Stack<int> _free = new();

    /// <summary>Plans a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="kind">The kernel that it computes.</param>
    /// <param name="rows">How it reads the values of the row's sample.</param>
    internal StripPlan(StripProgram program, KernelKind kind, ChunkInput rows = ChunkInput.Number)
    {
        (Program, Kind, _rows) = (program, kind, rows);
        _instructions = program.Instructions;
        (_lastUse, _strips) = (
            Liveness.lastReads(
                program.Instructions, [program.Result, program.Doubt, program.Likeness, .. program.Slices]),
            new int[_instructions.Length]);
        Array.Fill(_strips, -1);
        Steps = [.. Ranges().Select(Step)];
        (Result, Likeness) = (Strip(program.Result), Strip(program.Likeness));
        HasDoubts = program.Doubt.Place == StripPlace.Value;
        Doubt = HasDoubts ? Strip(program.Doubt) : Likeness;
        Slices = Array.ConvertAll(program.Slices, Strip);
    }

    /// <summary>The program.</summary>
    internal StripProgram Program { get; }

    /// <summary>The kernel that the program computes.</summary>
    internal KernelKind Kind { get; }

    /// <summary>The steps, in order.</summary>
    internal StripStep[] Steps { get; }

    /// <summary>The number of strips between steps.</summary>
    internal int Strips { get; private set; }

    /// <summary>The strip of the kernel.</summary>
    internal int Result { get; }

    /// <summary>The strips of the values of a program on slices.</summary>
    internal int[] Slices { get; }

    /// <summary>The strip of the doubts. It is that of the likeness if there are no doubts.</summary>
    internal int Doubt { get; }

    /// <summary>The strip of the inputs' |ρ|.</summary>
    internal int Likeness { get; }

    /// <summary>Whether an instruction depends on an angle.</summary>
    internal bool HasDoubts { get; }

    /// <summary>
    /// The value of 1 - |ρ| below which a pair of float32 is in doubt. An error of 1e-7 in ρ is one of 1e-6 in an angle
    /// at 5e-3, and the errors of few layers add up. In deep networks all angles are small, and so are 2e-5 of the
    /// kernel.
    /// </summary>
    internal double SingleNearness
    {
        get
        {
            var angles = Program.Instructions.Count(i =>
                i.Operation is StripOperation.Angle or StripOperation.SineSquared);
            return angles <= 6 ? 3e-3 * (1 + angles) : 4e-3;
        }
    }

    private static int Weight(StripOperation operation) => operation switch
    {
        StripOperation.Angle or StripOperation.Exp => 15,
        StripOperation.Atan2 or StripOperation.AtanRight => 30,
        StripOperation.Correlation => 5,
        _ => 1,
    };

    private IEnumerable<(int From, int To)> Ranges()
    {
        var (from, weight) = (0, 0);
        for (var i = 0; i < _instructions.Length; i++)
        {
            var operation = _instructions[i].Operation;
            var isSeries = operation == StripOperation.Series;
            if (i > from
                && (isSeries || weight >= 2 * Enough || (weight >= Enough && operation == StripOperation.Correlation)))
            {
                yield return (from, i);
                (from, weight) = (i, 0);
            }

            weight += Weight(operation);
            if (isSeries)
            {
                var end = HasSlope(i) ? i + 2 : i + 1;
                yield return (i, end);
                (from, weight) = (end, 0);
                i = end - 1;
            }
        }

        if (from < _instructions.Length)
        {
            yield return (from, _instructions.Length);
        }
    }

    // Whether the next instruction is the series of the derivative at the same correlation.
    private bool HasSlope(int i) =>
        i + 1 < _instructions.Length
        && _instructions[i + 1].Operation == StripOperation.Series
        && _instructions[i + 1].Table == Program.Slopes[_instructions[i].Table]
        && _instructions[i + 1].Operands[0].Equals(_instructions[i].Operands[0]);

    private StripStep Step((int From, int To) range)
    {
        var (inputs, outputs) = (Inputs(range), Outputs(range));
        var places = Array.ConvertAll(inputs, Located);
        foreach (var output in outputs)
        {
            _strips[output] = _free.Count > 0 ? _free.Pop() : Strips++;
        }

        Release(inputs, range.To);
        var strips = Array.ConvertAll(outputs, i => _strips[i]);
        var first = _instructions[range.From];
        return first.Operation == StripOperation.Series
            ? new(
                null, first.Table, range.To - range.From == 2 ? Program.Slopes[first.Table] : -1, places, strips)
            : new(MakeChunk(range, inputs, outputs), -1, -1, places, strips);
    }

    // Every short run makes plans, so this is a plain loop. A query over values would have to be compiled first.
    private StripOperand[] Inputs((int From, int To) range)
    {
        var inputs = new List<StripOperand>();
        for (var i = range.From; i < range.To; i++)
        {
            foreach (var o in _instructions[i].Operands)
            {
                if (IsOutside(o, range.From) && Find(inputs, o) < 0)
                {
                    inputs.Add(o);
                }
            }
        }

        return [.. inputs];
    }

    private int[] Outputs((int From, int To) range)
    {
        var outputs = new List<int>();
        for (var i = range.From; i < range.To; i++)
        {
            if (_lastUse[i] >= range.To)
            {
                outputs.Add(i);
            }
        }

        return [.. outputs];
    }

    private static int Find(IReadOnlyList<StripOperand> operands, StripOperand o)
    {
        for (var k = 0; k < operands.Count; k++)
        {
            if (operands[k].Place == o.Place && operands[k].Index == o.Index)
            {
                return k;
            }
        }

        return -1;
    }

    private Chunk MakeChunk((int From, int To) range, StripOperand[] inputs, int[] outputs)
    {
        int Number(StripOperand o) =>
            IsOutside(o, range.From) ? Find(inputs, o) : inputs.Length + o.Index - range.From;

        return new Chunk(
            Array.ConvertAll(inputs, o => o.Place switch
            {
                StripPlace.Constant => ChunkInput.Number,
                StripPlace.Row => _rows,
                _ => ChunkInput.Strip,
            }),
            Array.ConvertAll(
                _instructions[range.From..range.To], i => (i.Operation, Array.ConvertAll(i.Operands, Number))),
            Array.ConvertAll(outputs, i => i - range.From));
    }

    // Strips that are read here for the last time are free for the steps that follow, but not for this one.
    private void Release(StripOperand[] inputs, int end)
    {
        foreach (var o in inputs)
        {
            if (o.Place == StripPlace.Value && _lastUse[o.Index] < end)
            {
                _free.Push(_strips[o.Index]);
            }
        }
    }

    private static bool IsOutside(StripOperand o, int from) => o.Place != StripPlace.Value || o.Index < from;

    private StripOperand Located(StripOperand o) =>
        o.Place == StripPlace.Value ? new StripOperand(StripPlace.Value, _strips[o.Index]) : o;

    private int Strip(StripOperand o) => _strips[o.Index];
}
