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
    internal bool IsStopped => rule is not null && Points.Count - 1 - Best >= rule.Patience;

    /// <summary>Adds a point. Its parameters are kept if it is the best one yet.</summary>
    internal void Add(ModuleTrainingPoint point, Func<byte[]> parameters)
    {
        Points.Add(point);
        if (rule is not null
            && (BestParameters is null || Watched(point) < Watched(Points[Best]) - rule.Improvement))
        {
            (Best, BestParameters) = (Points.Count - 1, parameters());
        }
    }

    private static double Watched(ModuleTrainingPoint point) => point.ValidationLoss ?? point.Loss;
}
