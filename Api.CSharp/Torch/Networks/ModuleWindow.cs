using TorchSharp;
using TorchSharp.Modules;

namespace HadamardNtk;

/// <summary>The window of a layer of TorchSharp, or the reason why it has none in the notation.</summary>
/// <param name="Window">The window, or null.</param>
/// <param name="Reason">The reason, or an empty text.</param>
internal sealed record ModuleWindow(Window? Window, string Reason)
{
    /// <summary>
    /// The window of a convolution. Zeros, or the other edge, are as many as those of the notation where the stride is
    /// 1 and they keep the size.
    /// </summary>
    internal static ModuleWindow Of(Convolution layer) =>
        layer.transposed ? None("it is transposed")
        : layer.groups != 1 ? None($"it has {layer.groups} groups of channels")
        : !Array.TrueForAll(layer.dilation, dilation => dilation == 1) ? None("its window has gaps (a dilation)")
        : layer.padding_mode is not (PaddingModes.Zeros or PaddingModes.Circular)
            ? None($"it fills edges by {layer.padding_mode}")
        : IsValid(layer) ? Made(layer.kernel_size, layer.stride, WindowPadding.Valid)
        : !IsSame(layer) ? None("its padding does not keep the size of the image")
        : Made(
            layer.kernel_size, layer.stride,
            layer.padding_mode == PaddingModes.Zeros ? WindowPadding.Same : WindowPadding.Circular);

    /// <summary>The window of a mean.</summary>
    internal static ModuleWindow Of(AvgPool2d layer) =>
        layer.padding is { } padding && Array.Exists(padding, p => p != 0) ? None("it has a padding")
        : layer.ceil_mode ? None("it has windows beyond the edge (ceil_mode)")
        : layer.divisor_override is not null ? None("it divides by a number of its own")
        : Made(layer.kernel_size, layer.stride ?? layer.kernel_size, WindowPadding.Valid);

    private static bool IsValid(Convolution layer) =>
        layer.padding_type == TorchSharp.Padding.Valid
        || (layer.padding_type is null && Array.TrueForAll(layer.padding ?? [], p => p == 0));

    private static bool IsSame(Convolution layer) =>
        Array.TrueForAll(layer.stride, stride => stride == 1)
        && (layer.padding_type == TorchSharp.Padding.Same
            || (layer.padding_type is null
                && layer.kernel_size.Zip(layer.padding ?? []).All(pair => 2 * pair.Second == pair.First - 1)));

    private static ModuleWindow None(string reason) => new(null, reason);

    private static ModuleWindow Made(long[] size, long[] stride, WindowPadding padding) =>
        new(new(Numbers(size)) { Stride = Numbers(stride), Padding = padding }, "");

    // One number stands for axes of the same one, as the notation prints it.
    private static int[] Numbers(long[] numbers) => Array.ConvertAll(
        numbers.Distinct().Count() == 1 ? numbers[..1] : numbers, number => checked((int)number));
}
