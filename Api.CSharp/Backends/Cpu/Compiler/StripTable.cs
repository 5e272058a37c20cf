using System.Numerics;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The addresses of the inputs and outputs of a plan's steps, as one table, and the memory of its strips and constants.
/// The places of what is not in that memory are 0 until they are set.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class StripTable<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly StripPlan _plan;
    private readonly int _longest;
    private readonly NativeBuffer<T> _constants;
    private readonly NativeBuffer<T> _strips;
    private readonly NativeBuffer<nint> _table;
    private readonly int[] _first;

    /// <summary>Makes the table of a plan for strips of at most so many numbers.</summary>
    internal StripTable(StripPlan plan, int longest)
    {
        (_plan, _longest) = (plan, longest);
        _constants = new(plan.Program.Constants.Length);
        for (var k = 0; k < plan.Program.Constants.Length; k++)
        {
            _constants.Start[k] = T.CreateTruncating(plan.Program.Constants[k]);
        }

        _strips = new((nint)plan.Strips * longest);
        _first = new int[plan.Steps.Length + 1];
        for (var s = 0; s < plan.Steps.Length; s++)
        {
            _first[s + 1] = _first[s] + plan.Steps[s].Inputs.Length + plan.Steps[s].Outputs.Length;
        }

        _table = new(_first[^1]);
        SetFixed();
    }

    /// <summary>The number of steps.</summary>
    internal int Steps => _first.Length - 1;

    /// <summary>The addresses, by their places.</summary>
    internal T** Start => (T**)_table.Start;

    /// <summary>The addresses of a step's inputs.</summary>
    internal void** Inputs(int step) => (void**)(_table.Start + _first[step]);

    /// <summary>The addresses of a step's outputs.</summary>
    internal void** Outputs(int step) => Inputs(step) + _plan.Steps[step].Inputs.Length;

    /// <summary>The address of a strip.</summary>
    internal T* Strip(int strip) => _strips.Start + (nint)strip * _longest;

    /// <summary>All inputs, with their places in the table.</summary>
    internal IEnumerable<(int Place, StripOperand Operand)> Operands()
    {
        for (var s = 0; s < Steps; s++)
        {
            var inputs = _plan.Steps[s].Inputs;
            for (var k = 0; k < inputs.Length; k++)
            {
                yield return (_first[s] + k, inputs[k]);
            }
        }
    }

    /// <summary>The inputs of one kind: their places in the table, and their indices among what they read.</summary>
    internal (int Place, int Index)[] Operands(StripPlace what) =>
        [.. Operands().Where(o => o.Operand.Place == what).Select(o => (o.Place, o.Operand.Index))];

    /// <summary>All outputs, with their places in the table and their strips.</summary>
    internal IEnumerable<(int Place, int Strip)> Outputs()
    {
        for (var s = 0; s < Steps; s++)
        {
            var step = _plan.Steps[s];
            for (var k = 0; k < step.Outputs.Length; k++)
            {
                yield return (_first[s] + step.Inputs.Length + k, step.Outputs[k]);
            }
        }
    }

    public void Dispose()
    {
        _constants.Dispose();
        _strips.Dispose();
        _table.Dispose();
    }

    private void SetFixed()
    {
        foreach (var (place, operand) in Operands())
        {
            _table.Start[place] = operand.Place switch
            {
                StripPlace.Constant => (nint)(_constants.Start + operand.Index),
                StripPlace.Value => (nint)Strip(operand.Index),
                _ => 0,
            };
        }

        foreach (var (place, strip) in Outputs())
        {
            _table.Start[place] = (nint)Strip(strip);
        }
    }
}
