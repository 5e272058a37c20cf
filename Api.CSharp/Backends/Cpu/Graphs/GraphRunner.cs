using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Runs a plan on two batches of graphs, on one thread.</summary>
internal sealed unsafe class GraphRunner(GraphPlan plan, int features, bool compiled) : IDisposable
{
    private readonly NativeBuffer<double>?[] _blocks = new NativeBuffer<double>?[plan.SlotCount];
    private readonly NativeBuffer<double> _constants = Copied(plan.Constants);
    private readonly GraphLanes _lanes = GraphLanes.Create(compiled);
    private NativeBuffer<double>? _room;

    /// <summary>
    /// Runs the plan. Blocks stay here, to be read by <see cref="Value"/>; the vectors of a plan of samples go to the
    /// batch of the rows, which is that of the columns too.
    /// </summary>
    internal void Run(GraphBatch rows, GraphBatch columns, CancellationToken cancellation)
    {
        foreach (var step in plan.Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            if (step.Chunk is { } chunk)
            {
                RunChunk(step, chunk, rows, columns);
            }
            else if (plan.Code[step.Instruction] is { Form: GraphForm.Whole } block)
            {
                MapBlock(step.Instruction, block, rows, columns);
            }
            else
            {
                MapVector(step.Instruction, plan.Code[step.Instruction], rows);
            }
        }
    }

    /// <summary>The value of an operand at position p of the rows and position q of the columns.</summary>
    internal double Value(GraphOperand o, GraphBatch rows, GraphBatch columns, int p, int q) => o.Bank switch
    {
        GraphBank.Constants => _constants.Start[o.Index],
        GraphBank.Row => rows.Vectors[o.Index]!.Start[p],
        GraphBank.Column => columns.Vectors[o.Index]!.Start[q],
        _ => _blocks[plan.Slots[o.Index]]!.Start[(long)p * columns.Padded(o.Depth) + q],
    };

    public void Dispose()
    {
        Array.ForEach(_blocks, block => block?.Dispose());
        _constants.Dispose();
        _room?.Dispose();
        _lanes.Dispose();
    }

    private static NativeBuffer<double> Copied(double[] numbers)
    {
        var copy = new NativeBuffer<double>(numbers.Length, clear: false);
        numbers.CopyTo(new Span<double>(copy.Start, numbers.Length));
        return copy;
    }

    private void RunChunk(GraphPlanStep step, Chunk chunk, GraphBatch rows, GraphBatch columns)
    {
        var (form, depth) = (plan.Code[step.Outputs[0]].Form, plan.Code[step.Outputs[0]].Depth);
        var isBlock = form == GraphForm.Whole;
        var (count, stride) = (isBlock ? rows.Size(depth) : 1, columns.Padded(depth));
        foreach (var i in step.Outputs)
        {
            _ = isBlock ? Block(i, rows, columns) : Vector(i, rows);
        }

        var inputs = stackalloc void*[step.Inputs.Length];
        var outputs = stackalloc void*[step.Outputs.Length];
        for (var p = 0; p < count; p++)
        {
            for (var k = 0; k < step.Inputs.Length; k++)
            {
                inputs[k] = Address(step.Inputs[k], rows, columns, form, p, stride);
            }

            for (var k = 0; k < step.Outputs.Length; k++)
            {
                outputs[k] = isBlock
                    ? _blocks[plan.Slots[step.Outputs[k]]]!.Start + (long)p * stride
                    : rows.Vectors[step.Outputs[k]]!.Start;
            }

            _lanes.Run(chunk, inputs, outputs, stride);
        }
    }

    // A value that stands as p is a number in a row of a block. In a chunk of vectors it is the vector.
    private double* Address(GraphOperand o, GraphBatch rows, GraphBatch columns, GraphForm form, int p, int stride)
    {
        if (o.Bank == GraphBank.Constants)
        {
            return _constants.Start + o.Index;
        }

        if (o.Form == GraphForm.Whole)
        {
            return _blocks[plan.Slots[o.Index]]!.Start + (long)p * stride;
        }

        var vector = (o.Bank == GraphBank.Column ? columns : rows).Vectors[o.Index]!.Start;
        return o.Form == GraphForm.ByRow && form == GraphForm.Whole ? vector + p : vector;
    }

    private double* Block(int instruction, GraphBatch rows, GraphBatch columns)
    {
        var (slot, depth) = (plan.Slots[instruction], plan.Code[instruction].Depth);
        var needed = (nint)rows.Size(depth) * columns.Padded(depth);
        if (_blocks[slot] is not { } block || block.Length < needed)
        {
            _blocks[slot]?.Dispose();
            _blocks[slot] = new(needed);
        }

        return _blocks[slot]!.Start;
    }

    // Numbers beyond the last position are computed and not read.
    private double* Vector(int instruction, GraphBatch batch) =>
        (batch.Vectors[instruction] ??= new(batch.Padded(plan.Code[instruction].Depth))).Start;

    private double* Operand(int instruction, GraphBatch rows, GraphBatch columns, int k = 0)
    {
        var o = plan.Code[instruction].Operands[k];
        return Address(o, rows, columns, GraphForm.ByRow, 0, columns.Padded(o.Depth));
    }

    private void MapBlock(int i, GraphInstruction code, GraphBatch rows, GraphBatch columns)
    {
        var result = Block(i, rows, columns);
        var (count, stride) = (rows.Size(code.Depth), columns.Padded(code.Depth));
        switch (code.Step)
        {
            case { IsProduct: true }:
                Products(rows, columns, result, stride);
                break;
            case GraphStep.Fill { Item: var x }:
                new Span<double>(result, checked(count * stride)).Fill(x);
                break;
            case { IsRefine: true }:
                var old = code.Operands[0].Depth;
                Refine(
                    Operand(i, rows, columns), columns.Padded(old), rows.Parents(code.Depth, old),
                    columns.Parents(code.Depth, old), result, stride);
                break;
            default:
                var depth = code.Operands[0].Depth;
                rows.MapOf(code.Step, depth).Times(
                    Operand(i, rows, columns), columns.Padded(depth), columns.MapOf(code.Step, depth), result, stride,
                    Room(columns.Padded(depth)));
                break;
        }
    }

    private void MapVector(int i, GraphInstruction code, GraphBatch rows)
    {
        var result = Vector(i, rows);
        var count = rows.Size(code.Depth);
        switch (code.Step)
        {
            case { IsAverage: true }:
                for (var p = 0; p < count; p++)
                {
                    result[p] = DoubleDoubleModule.mean(rows.Features(p)).Hi;
                }

                break;
            case GraphStep.Fill { Item: var x }:
                new Span<double>(result, count).Fill(x);
                break;
            case { IsDiagonal: true }:
                var block = Operand(i, rows, rows);
                var stride = rows.Padded(code.Depth);
                for (var p = 0; p < count; p++)
                {
                    result[p] = block[(long)p * stride + p];
                }

                break;
            case { IsRefine: true }:
                var parents = rows.Parents(code.Depth, code.Operands[0].Depth);
                var old = Operand(i, rows, rows);
                for (var p = 0; p < count; p++)
                {
                    result[p] = old[parents[p]];
                }

                break;
            default:
                rows.MapOf(code.Step, code.Operands[0].Depth).Times(Operand(i, rows, rows), result);
                break;
        }
    }

    private void Products(GraphBatch rows, GraphBatch columns, double* result, int stride)
    {
        for (var p = 0; p < rows.Size(0); p++)
        {
            for (var q = 0; q < columns.Size(0); q++)
            {
                result[(long)p * stride + q] = RowProducts.Dot(rows.Features(p), columns.Features(q)) / features;
            }
        }
    }

    private static void Refine(double* old, int oldStride, int[] row, int[] column, double* result, int stride)
    {
        for (var p = 0; p < row.Length; p++)
        {
            double* from = old + (long)row[p] * oldStride, to = result + (long)p * stride;
            for (var q = 0; q < column.Length; q++)
            {
                to[q] = from[column[q]];
            }
        }
    }

    private double* Room(int stride)
    {
        if (_room is null || _room.Length < 4 * stride)
        {
            _room?.Dispose();
            _room = new(4 * stride);
        }

        return _room.Start;
    }
}
