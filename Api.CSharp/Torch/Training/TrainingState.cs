namespace HadamardNtk;

/// <summary>What a training remembers besides the module and the optimizer.</summary>
internal sealed class TrainingState(EarlyStopping? rule)
{
    /// <summary>The number of steps that are done.</summary>
    internal long Step { get; set; }

    /// <summary>The time that interrupted runs took.</summary>
    internal double Seconds { get; set; }

    /// <summary>The history.</summary>
    internal List<ModuleTrainingPoint> Points { get; } = [];

    /// <summary>The number of the point with the least loss, for early stopping.</summary>
    internal int Best { get; set; }

    /// <summary>The parameters of that point; null without early stopping.</summary>
    internal byte[]? BestParameters { get; set; }

    /// <summary>Whether training ends early.</summary>
    internal bool IsStopped => rule is not null && Points.Count - 1 - LastImprovement >= rule.Patience;

    // The last point that was below all improvements before it by more than the rule asks for.
    private int LastImprovement
    {
        get
        {
            var last = 0;
            for (var k = 1; k < Points.Count; k++)
            {
                last = Watched(Points[k]) < Watched(Points[last]) - rule!.Improvement ? k : last;
            }

            return last;
        }
    }

    /// <summary>Adds a point. Its parameters are kept if its loss is the least yet.</summary>
    internal void Add(ModuleTrainingPoint point, Func<byte[]> parameters)
    {
        Points.Add(point);
        if (rule is not null && (BestParameters is null || Watched(point) < Watched(Points[Best])))
        {
            (Best, BestParameters) = (Points.Count - 1, parameters());
        }
    }

    private static double Watched(ModuleTrainingPoint point) => point.ValidationLoss ?? point.Loss;
}
