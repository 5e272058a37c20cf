using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>An operand of an operation on tensors.</summary>
/// <param name="Tensor">Its numbers.</param>
/// <param name="IsFull">
/// Whether there is one number for each pair, rather than one for each row, column or for all.
/// </param>
/// <param name="IsFree">Whether it is not read later, so that its memory may hold the result.</param>
/// <param name="Factor">Its value as a factor; null if it is not a constant.</param>
internal readonly record struct TensorOperand(Tensor Tensor, bool IsFull, bool IsFree, Scalar? Factor);
