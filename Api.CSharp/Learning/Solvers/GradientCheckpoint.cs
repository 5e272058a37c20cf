using System.Globalization;

namespace HadamardNtk;

/// <summary>
/// The file with the state of conjugate gradients, from which another process goes on to the same bits. It names all
/// that the bits depend on. The preconditioner is not in it, since its pivots are drawn again from the same seed.
/// </summary>
internal sealed class GradientCheckpoint
{
    private readonly CheckpointFile _file;
    private readonly ConjugateGradientSolver _solver;
    private readonly (int Rows, int Columns) _shape;

    private GradientCheckpoint(CheckpointFile file, ConjugateGradientSolver solver, Matrix targets) =>
        (_file, _solver, _shape) = (file, solver, (targets.Rows, targets.Columns));

    /// <summary>The checkpoint of a problem, or null where the solver has none.</summary>
    /// <exception cref="ArgumentException">There is nothing to resume from, or the kernel has no description.</exception>
    /// <exception cref="NotSupportedException">The network has a custom activation.</exception>
    /// <exception cref="OutputException">The file cannot be written, or is there although nothing is resumed.</exception>
    internal static GradientCheckpoint? Of(Problem problem, ConjugateGradientSolver solver)
    {
        if (solver.Checkpoint is not { } path)
        {
            return !solver.Resume ? null : throw new ArgumentException(
                "Expected the name of a checkpoint to resume from; there is none. Name one, or do not resume.");
        }

        var run = problem.Rows.Description ?? throw new ArgumentException(
            "Expected the kernel of a network on rows for a checkpoint, which names it; another kernel came. "
            + "Leave the checkpoint out.");
        var file = new CheckpointFile(path, "hntk-cg1"u8.ToArray(), Described(run, problem, solver));
        file.RequireWritable(solver.Resume);
        return new(file, solver, problem.Targets);
    }

    /// <summary>The state that was kept; null if none was, or nothing is resumed.</summary>
    /// <exception cref="OutputException">The checkpoint is damaged, or that of another fit.</exception>
    internal Refinement.State? Load()
    {
        Refinement.State? state = null;
        _ = _solver.Resume && _file.TryLoad(reader => state = Read(reader));
        return state;
    }

    /// <summary>Writes the state after every few steps, whole or not at all.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    internal void Keep(Refinement.State state)
    {
        if ((state.Steps + state.Run!.Steps) % _solver.CheckpointSteps == 0)
        {
            _file.Save(writer => Write(writer, state));
        }
    }

    private static RunDescription Described(RunDescription run, Problem problem, ConjugateGradientSolver solver) => run
        .With("targets", $"SHA-256 {NumberChecksum.Of(problem.Targets)}")
        .With("outputs", $"{problem.Targets.Columns}")
        .With("ridge", Text(problem.Ridge.Value) + (problem.Ridge.IsRelative ? " of the mean diagonal" : ""))
        .With("tolerance", Text(solver.Tolerance))
        .With("rank", $"{solver.RankFor(problem.Rows.Count, problem.Targets.Columns)}")
        .With("seed", $"{solver.Seed}")
        .With("storage", $"{solver.Storage}");

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static void Write(BinaryWriter writer, Refinement.State state)
    {
        var run = state.Run!;
        writer.Write(state.Steps);
        writer.Write(state.Residual);
        writer.Write(run.Steps);
        foreach (var numbers in new[] { state.X.Data, state.Left.Data, run.X.Data, run.R.Data, run.P.Data })
        {
            CheckpointFile.WriteNumbers(writer, numbers);
        }

        CheckpointFile.WriteNumbers(writer, run.Energies);
        CheckpointFile.WriteNumbers(writer, run.Residuals);
        Array.ForEach(run.IsDone, writer.Write);
    }

    private Refinement.State Read(BinaryReader reader)
    {
        var (steps, residual, runSteps) = (reader.ReadInt32(), reader.ReadDouble(), reader.ReadInt32());
        var (x, left) = (Matrix(reader), Matrix(reader));
        var (runX, r, p) = (Matrix(reader), Matrix(reader), Matrix(reader));
        var (energies, residuals) = (Numbers(reader, _shape.Columns), Numbers(reader, _shape.Columns));
        var isDone = new bool[_shape.Columns];
        for (var c = 0; c < isDone.Length; c++)
        {
            isDone[c] = reader.ReadBoolean();
        }

        return new(x, left, steps, residual, new(runX, r, p, energies, residuals, isDone, runSteps));
    }

    private Matrix Matrix(BinaryReader reader) => HadamardNtk.Matrix.Wrap(
        Numbers(reader, _shape.Rows * _shape.Columns), _shape.Rows, _shape.Columns);

    private static double[] Numbers(BinaryReader reader, int count)
    {
        var numbers = new double[count];
        CheckpointFile.ReadNumbers(reader, numbers);
        return numbers;
    }
}
