using Xunit;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

public class OwnDoubleSpec : DenseAlgebraSpec<double>
{
    private protected override DenseAlgebra<double> Algebra => DenseLibraries.Own.Double;
}

public class OwnSingleSpec : DenseAlgebraSpec<float>
{
    private protected override DenseAlgebra<float> Algebra => DenseLibraries.Own.Single;
}

public class NativeDoubleSpec : DenseAlgebraSpec<double>
{
    private protected override DenseAlgebra<double> Algebra => Native.Library.Double;
}

public class NativeSingleSpec : DenseAlgebraSpec<float>
{
    private protected override DenseAlgebra<float> Algebra => Native.Library.Single;
}

public class OwnDoubleEigenSpec : EigenSpec<double>
{
    private protected override DenseAlgebra<double> Algebra => DenseLibraries.Own.Double;
}

public class OwnSingleEigenSpec : EigenSpec<float>
{
    private protected override DenseAlgebra<float> Algebra => DenseLibraries.Own.Single;
}

public class NativeDoubleEigenSpec : EigenSpec<double>
{
    private protected override DenseAlgebra<double> Algebra => Native.Library.Double;
}

public class NativeSingleEigenSpec : EigenSpec<float>
{
    private protected override DenseAlgebra<float> Algebra => Native.Library.Single;
}

/// <summary>The LAPACK of this machine; its tests are skipped where there is none.</summary>
internal static class Native
{
    internal static DenseLibrary Library
    {
        get
        {
            Assert.SkipUnless(DenseLibraries.TryFindNative(out var library, out var reason), reason);
            return library;
        }
    }
}

public class TensorDoubleSpec : DenseAlgebraSpec<double>
{
    private protected override DenseAlgebra<double> Algebra => TestBackends.Find(TestBackends.Torch).Dense!.Double;
}

public class TensorSingleSpec : DenseAlgebraSpec<float>
{
    private protected override DenseAlgebra<float> Algebra => TestBackends.Find(TestBackends.Torch).Dense!.Single;
}

public class TensorDoubleEigenSpec : EigenSpec<double>
{
    private protected override DenseAlgebra<double> Algebra => TestBackends.Find(TestBackends.Torch).Dense!.Double;
}

public class TensorSingleEigenSpec : EigenSpec<float>
{
    private protected override DenseAlgebra<float> Algebra => TestBackends.Find(TestBackends.Torch).Dense!.Single;
}
