#:package HadamardNtk@*

// The eigenvalues of a kernel say what is learned first, and how well targets agree with it.
using HadamardNtk;

var x = new double[200, 2];
var (smooth, rough) = (new double[200], new double[200]);
for (var i = 0; i < 200; i++)
{
    var angle = 2 * Math.PI * i / 200;
    (x[i, 0], x[i, 1]) = (Math.Sqrt(2) * Math.Cos(angle), Math.Sqrt(2) * Math.Sin(angle));
    (smooth[i], rough[i]) = (Math.Cos(angle), Math.Cos(6 * angle));
}

var kernel = Network.Parse("dense(w=1.41421356) relu dense").Ntk();
var spectrum = Spectrum.Of(kernel, x);
Console.WriteLine($"{spectrum.Count}: {spectrum.Values[0]:F3}, {spectrum.Values[1]:F3}, {spectrum.Values[2]:F3}, ...");
Console.WriteLine($"decay as j^-{spectrum.Decay(10, 50).Exponent:F1}");
Console.WriteLine($"alignment with cos a: {spectrum.Align(smooth).Alignments[0]:F3}");
Console.WriteLine($"alignment with cos 6a: {spectrum.Align(rough).Alignments[0]:F3}");

var leading = Spectrum.Leading(kernel, x, 3);                       // K is never stored
Console.WriteLine($"leading {leading.Values[0]:F3}, {leading.Values[1]:F3}, {leading.Values[2]:F3}");
var sphere = SphereSpectrum.Of(kernel, dimension: 10, degrees: 4).Levels;
Console.WriteLine($"on a sphere, degree 3: {sphere[3].Eigenvalue:F1}, degree 4: {sphere[4].Eigenvalue:F5}");

// > 200: 0.608, 0.500, 0.500, ...
// > decay as j^-2.2
// > alignment with cos a: 0.521
// > alignment with cos 6a: 0.007
// > leading 0.608, 0.500, 0.500
// > on a sphere, degree 3: 0.0, degree 4: 0.00010
