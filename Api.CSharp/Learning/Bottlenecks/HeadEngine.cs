namespace HadamardNtk;

/// <summary>A head in training: a function of R^d with C outputs, its gradient, and its steps.</summary>
internal abstract class HeadEngine
{
    /// <summary>f at the training samples, whose rows are z, n × C.</summary>
    internal abstract Matrix Forward(Matrix z);

    /// <summary>The gradients of δ_i·f(z_i) in z_i at the samples of the last forward pass, n × d.</summary>
    internal abstract Matrix Pull(Matrix delta);

    /// <summary>One step of descent on Σ rate δ_i·f(z_i), after <see cref="Pull"/>.</summary>
    internal abstract void Step(Matrix delta, double rate);

    /// <summary>f at the rows of z, N × C, and the gradients of each f_c there, N × C d, or null.</summary>
    internal abstract (Matrix Outputs, Matrix? Gradients) At(Matrix z, bool withGradients);

    /// <summary>The number of samples of former steps that the head keeps.</summary>
    internal virtual int Kept => 0;

    /// <summary>What brings the head back to where it is now.</summary>
    internal abstract Action Undo();

    /// <summary>Writes what steps have changed.</summary>
    internal abstract void Save(BinaryWriter writer);

    /// <summary>Reads what <see cref="Save"/> has written.</summary>
    internal abstract void Load(BinaryReader reader);
}
