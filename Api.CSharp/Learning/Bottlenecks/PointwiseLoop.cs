using System.Runtime.Intrinsics;
using HadamardNtk.Core;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>Computes φ and φ′ of rows of numbers.</summary>
internal sealed class PointwiseLoop
{
    private readonly FSharpFunc<double, double> _value;
    private readonly FSharpFunc<double, double> _slope;
    private readonly (double Left, double Right)? _kinked;

    internal PointwiseLoop(Core.Activation phi)
    {
        (_value, _slope) = (phi.Function.Apply, phi.Derivative.Apply);
        _kinked = phi.Form is Form.Kinked { k: 1 } form ? (form.a, form.b) : null;
    }

    /// <summary>Whether φ costs less than reading it from memory.</summary>
    internal bool IsFast => _kinked is not null;

    /// <summary>Replaces the numbers by their φ, and writes their φ′.</summary>
    internal void Apply(Span<double> values, Span<double> slopes)
    {
        if (_kinked is var (left, right))
        {
            Kinked(left, right, values, slopes);
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            (values[i], slopes[i]) = (_value.Invoke(values[i]), _slope.Invoke(values[i]));
        }
    }

    // The slope at 0 is the mean of both sides.
    private void Kinked(double left, double right, Span<double> values, Span<double> slopes)
    {
        var (a, b) = (Vector256.Create(left), Vector256.Create(right));
        var (middle, zero) = (Vector256.Create(0.5 * (left + right)), Vector256<double>.Zero);
        var i = 0;
        for (; i <= values.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var x = Vector256.Create((ReadOnlySpan<double>)values[i..]);
            var side = Vector256.ConditionalSelect(Vector256.LessThan(x, zero), a, b);
            (x * side).CopyTo(values[i..]);
            Vector256.ConditionalSelect(Vector256.Equals(x, zero), middle, side).CopyTo(slopes[i..]);
        }

        for (; i < values.Length; i++)
        {
            (values[i], slopes[i]) = (_value.Invoke(values[i]), _slope.Invoke(values[i]));
        }
    }
}
