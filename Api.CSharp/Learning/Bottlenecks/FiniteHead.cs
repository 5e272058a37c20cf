namespace HadamardNtk;

/// <summary>A head of finite width, trained by its parameters.</summary>
internal sealed class FiniteHead(HeadFeatures features) : HeadEngine
{
    internal override Matrix Forward(Matrix z) => features.Forward(z);

    internal override Matrix Pull(Matrix delta) => features.Pull(delta);

    internal override void Step(Matrix delta, double rate) => features.Step(rate);

    internal override (Matrix Outputs, Matrix? Gradients) At(Matrix z, bool withGradients) =>
        features.At(z, withGradients);

    internal override Action Undo()
    {
        var saved = (double[])features.Numbers.Clone();
        return () => saved.CopyTo(features.Numbers.AsSpan());
    }

    internal override void Save(BinaryWriter writer) => CheckpointFile.WriteNumbers(writer, features.Numbers);

    internal override void Load(BinaryReader reader) => CheckpointFile.ReadNumbers(reader, features.Numbers);
}
