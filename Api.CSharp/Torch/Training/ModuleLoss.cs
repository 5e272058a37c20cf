using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>The losses on tensors, as the core defines them, and the accuracy of classes.</summary>
internal static class ModuleLoss
{
    private static Tensor Square(Tensor x) => x.mul(x);

    private enum Classes
    {
        None,
        Signs,
        Places,
    }

    /// <summary>The loss of outputs f and targets y, n × C each: one number.</summary>
    internal static Tensor Of(Loss loss, Tensor f, Tensor y)
    {
        using var scope = torch.NewDisposeScope();
        var value = loss switch
        {
            Loss.Squared => Square(f.sub(y)).mean().mul(Held.Half),
            Loss.Logistic => TensorActivation.Softplus(y.neg().mul(f)).mean(),
            Loss.Softmax => f.logsumexp(1).sub(y.mul(f).sum(1)).mean(),
            _ => throw new ArgumentOutOfRangeException(
                nameof(loss), loss, "Expected squared, logistic or softmax loss."),
        };
        return value.MoveToOuterDisposeScope();
    }

    /// <summary>The part of n samples whose class is right; null if the targets are no classes.</summary>
    internal static Func<Tensor, Tensor, double>? Accuracy(Loss loss, Tensor y) => Kind(loss, y) switch
    {
        Classes.Signs => (f, t) => Part(f.mul(t).gt(Held.Zero)),
        Classes.Places => (f, t) => Part(f.argmax(1).eq(t.argmax(1))),
        _ => null,
    };

    /// <summary>Fails if targets do not suit a loss.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    internal static void RequireTargets(Loss loss, Tensor y)
    {
        using var scope = torch.NewDisposeScope();
        var (fits, expected) = loss switch
        {
            Loss.Logistic => (AreSigns(y), "-1 and 1"),
            Loss.Softmax => (AreProbabilities(y), "rows of probabilities, at least 0 with the sum 1"),
            _ => (IsTrue(y.isfinite()), "finite numbers"),
        };
        if (!fits)
        {
            throw new ArgumentException(
                $"Expected targets that suit the {loss.ToString().ToLowerInvariant()} loss: {expected}. "
                + "Give such targets, or classes as labels, or another loss.", nameof(y));
        }
    }

    // A kind of classes is decided by the targets of the training.
    private static Classes Kind(Loss loss, Tensor y)
    {
        using var scope = torch.NewDisposeScope();
        return loss == Loss.Softmax || (y.shape[1] > 1 && IsOneHot(y)) ? Classes.Places
            : loss == Loss.Logistic || AreSigns(y) ? Classes.Signs
            : Classes.None;
    }

    private static bool AreSigns(Tensor y) => IsTrue(y.abs().eq(Held.One));

    private static bool AreProbabilities(Tensor y) =>
        IsTrue(y.ge(Held.Zero)) && ModuleProbe.Number(y.sum(1).sub(Held.One).abs().max()) <= 1e-5;

    // One-hot rows: a greatest number in each row, and one other number elsewhere, the same two in all rows.
    private static bool IsOneHot(Tensor y)
    {
        var (least, most) = (y.min(), y.max());
        return IsTrue(y.eq(least).logical_or(y.eq(most))) && IsTrue(y.eq(most).sum(1).eq(Held.Once));
    }

    private static bool IsTrue(Tensor truths) => ModuleProbe.IsTrue(truths.all());

    private static double Part(Tensor truths)
    {
        using var scope = torch.NewDisposeScope();
        return ModuleProbe.Number(truths.to_type(torch.ScalarType.Float64).mean());
    }
}
