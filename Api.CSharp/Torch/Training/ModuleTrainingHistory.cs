namespace HadamardNtk;

/// <summary>A point in the history of a training.</summary>
/// <param name="Epoch">The number of epochs before it.</param>
/// <param name="Step">The number of steps before it.</param>
/// <param name="LearningRate">The learning rate of the next step.</param>
/// <param name="Loss">The loss of all training samples.</param>
/// <param name="Accuracy">
/// The part of the training samples whose class is right. The class is the place of the greatest output if there are
/// several and each row of targets has one greatest number and else equal ones, or holds probabilities; it is the sign
/// of each output for targets −1 and 1; null for other targets.
/// </param>
/// <param name="ValidationLoss">The loss of the validation samples, if there are some.</param>
/// <param name="ValidationAccuracy">Their accuracy.</param>
/// <param name="Seconds">The time since the start, with that of interrupted runs.</param>
public sealed record ModuleTrainingPoint(
    long Epoch,
    long Step,
    double LearningRate,
    double Loss,
    double? Accuracy,
    double? ValidationLoss,
    double? ValidationAccuracy,
    double Seconds);

/// <summary>The position of a training.</summary>
/// <param name="Step">The number of steps that are done.</param>
/// <param name="Steps">The number of all steps.</param>
/// <param name="Loss">The last loss in the history.</param>
/// <param name="StepsPerSecond">The rate of this run.</param>
/// <param name="Remaining">The time that the other steps take at this rate.</param>
public sealed record ModuleTrainingProgress(
    long Step, long Steps, double Loss, double StepsPerSecond, TimeSpan Remaining);

/// <summary>The history of a training.</summary>
/// <param name="Points">Its points, of which the first is before training.</param>
/// <param name="StoppedEarly">Whether it ended early, so that the module has the parameters of the best point.</param>
/// <param name="Best">The point whose parameters the module has.</param>
public sealed record ModuleTrainingHistory(
    IReadOnlyList<ModuleTrainingPoint> Points, bool StoppedEarly, ModuleTrainingPoint Best);
