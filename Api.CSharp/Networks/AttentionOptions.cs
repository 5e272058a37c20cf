namespace HadamardNtk;

/// <summary>What makes the scores of self-attention the weights of the values.</summary>
public enum AttentionWeights
{
    /// <summary>The softmax over the scores of a position.</summary>
    Softmax,

    /// <summary>The scores themselves.</summary>
    Identity,
}

/// <summary>The scale of the scores q·k of self-attention, with queries and keys of d numbers.</summary>
public enum ScoreScaling
{
    /// <summary>1/d, where queries and keys share their weights, so that the scores have a limit.</summary>
    Linear,

    /// <summary>1/√d, where queries and keys have weights of their own and the scores stay random.</summary>
    Root,
}
