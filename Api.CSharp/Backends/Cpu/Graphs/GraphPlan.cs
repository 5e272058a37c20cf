using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>A step of a plan.</summary>
/// <param name="Instruction">The number of the instruction of a map; −1 for a chunk.</param>
/// <param name="Chunk">The operations of a chunk; null for a map.</param>
/// <param name="Inputs">The values that a chunk reads.</param>
/// <param name="Outputs">The instructions whose values it stores.</param>
internal sealed record GraphPlanStep(int Instruction, Chunk? Chunk, GraphOperand[] Inputs, int[] Outputs);

/// <summary>
/// The order in which a part of a graph program is run: maps of positions, and between them chunks of operations at
/// each position. Blocks whose values are not needed any more leave their memory to others.
/// </summary>
internal sealed class GraphPlan
{
    // A longer method is compiled slowly.
    private const int LongestChunk = 160;

    private readonly GraphInstruction[] _code;
    private readonly List<double> _numbers;

    /// <param name="code">The instructions.</param>
    /// <param name="bank">The bank of their values.</param>
    /// <param name="constants">The constants.</param>
    /// <param name="kept">The instruction whose block is the result; −1 if none is.</param>
    internal GraphPlan(GraphInstruction[] code, GraphBank bank, double[] constants, int kept)
    {
        (_code, Bank, _numbers) = (code, bank, [.. constants]);
        Steps = [.. Schedule(kept)];
        Slots = Enumerable.Repeat(-1, code.Length).ToArray();
        SlotCount = Allocate(kept);
    }

    /// <summary>The instructions.</summary>
    internal IReadOnlyList<GraphInstruction> Code => _code;

    /// <summary>The bank of the values.</summary>
    internal GraphBank Bank { get; }

    /// <summary>The constants, those of the operations' definitions included.</summary>
    internal double[] Constants => [.. _numbers];

    /// <summary>The steps in order.</summary>
    internal IReadOnlyList<GraphPlanStep> Steps { get; }

    /// <summary>The memory of each instruction's block; −1 for vectors.</summary>
    internal int[] Slots { get; }

    /// <summary>The number of blocks that memory is needed for.</summary>
    internal int SlotCount { get; }

    private bool IsOwn(GraphOperand o) =>
        o.Bank != GraphBank.Constants && (o.Bank == GraphBank.Pair) == (Bank == GraphBank.Pair);

    private IEnumerable<GraphPlanStep> Schedule(int kept)
    {
        var done = new bool[_code.Length];
        bool IsReady(int i) => Array.TrueForAll(_code[i].Operands, o => !IsOwn(o) || done[o.Index]);
        while (Array.IndexOf(done, false) is var next and >= 0)
        {
            var map = Enumerable.Range(next, _code.Length - next)
                .FirstOrDefault(i => !done[i] && !_code[i].Step.IsCompute && IsReady(i), -1);
            if (map >= 0)
            {
                done[map] = true;
                yield return new(map, null, [], []);
                continue;
            }

            var first = Enumerable.Range(next, _code.Length - next).First(i => !done[i] && IsReady(i));
            yield return Chunk(first, done, IsReady, kept);
        }
    }

    // The operations at the positions of the first one that can be done without another map.
    private GraphPlanStep Chunk(int first, bool[] done, Func<int, bool> isReady, int kept)
    {
        var (inputs, values, chosen) = (new List<GraphOperand>(), new Dictionary<int, int>(), new List<int>());
        var chunk = new GraphChunks(inputs);
        var (form, depth) = (_code[first].Form, _code[first].Depth);
        int Input(GraphOperand o)
        {
            var known = inputs.IndexOf(o);
            if (known < 0)
            {
                inputs.Add(o);
            }

            return known < 0 ? inputs.Count - 1 : known;
        }

        for (var i = first; i < _code.Length && chunk.Count < LongestChunk; i++)
        {
            if (!done[i] && _code[i].Form == form && _code[i].Depth == depth
                && _code[i].Step is GraphStep.Compute { Item: var operation } && isReady(i))
            {
                var operands = Array.ConvertAll(
                    _code[i].Operands,
                    o => IsOwn(o) && o.Form == form && values.TryGetValue(o.Index, out var value) ? value : Input(o));
                values[i] = chunk.Write(operation, operands, x => Input(Number(x)));
                chosen.Add(i);
                done[i] = true;
            }
        }

        int[] outputs = [.. chosen.Where(i => i == kept || form != GraphForm.Whole || IsReadElsewhere(i, values))];
        return new(
            -1, chunk.Finish([.. inputs.Select(o => IsStrip(o, form))], outputs.Select(i => values[i])),
            [.. inputs], outputs);
    }

    private bool IsReadElsewhere(int instruction, Dictionary<int, int> values) =>
        Enumerable.Range(0, _code.Length).Any(i => !values.ContainsKey(i)
            && Array.Exists(_code[i].Operands, o => IsOwn(o) && o.Index == instruction));

    /// <summary>A value that stands as p is one number for a row of a block.</summary>
    private static bool IsStrip(GraphOperand o, GraphForm form) =>
        o.Bank != GraphBank.Constants && (form != GraphForm.Whole || o.Form != GraphForm.ByRow);

    private GraphOperand Number(double x)
    {
        var index = _numbers.IndexOf(x);
        if (index < 0)
        {
            _numbers.Add(x);
            index = _numbers.Count - 1;
        }

        return new(GraphBank.Constants, index, GraphForm.Whole, 0);
    }

    // A chunk may write where it read, since it reads and writes one position after the other. A map may not.
    private int Allocate(int kept)
    {
        var (count, free, last) = (0, new Stack<int>(), LastReads(kept));
        for (var s = 0; s < Steps.Count; s++)
        {
            var step = Steps[s];
            int[] outputs = step.Chunk is null ? [step.Instruction] : step.Outputs;
            int[] ending = [.. Enumerable.Range(0, _code.Length).Where(i => last[i] == s && Slots[i] >= 0)];
            if (step.Chunk is not null)
            {
                Array.ForEach(ending, i => free.Push(Slots[i]));
            }

            foreach (var i in outputs.Where(i => _code[i].Form == GraphForm.Whole))
            {
                Slots[i] = free.TryPop(out var slot) ? slot : count++;
            }

            if (step.Chunk is null)
            {
                Array.ForEach(ending, i => free.Push(Slots[i]));
            }
        }

        return count;
    }

    private int[] LastReads(int kept)
    {
        var last = Enumerable.Repeat(-1, _code.Length).ToArray();
        for (var s = 0; s < Steps.Count; s++)
        {
            var step = Steps[s];
            foreach (var o in (step.Chunk is null ? _code[step.Instruction].Operands : step.Inputs).Where(IsOwn))
            {
                last[o.Index] = s;
            }
        }

        if (kept >= 0)
        {
            last[kept] = int.MaxValue;
        }

        return last;
    }
}
