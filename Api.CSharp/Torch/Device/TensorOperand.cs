using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>What an operation on tensors reads.</summary>
/// <param name="Tensor">Its numbers.</param>
/// <param name="IsFull">Whether there is one for each pair, and not one for each row or column or for all.</param>
/// <param name="IsFree">Whether nothing reads it any more: its memory may take the result.</param>
/// <param name="Factor">It as a factor; null if it is no constant.</param>
internal readonly record struct TensorOperand(Tensor Tensor, bool IsFull, bool IsFree, Scalar? Factor);
