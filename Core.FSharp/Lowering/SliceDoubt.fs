namespace HadamardNtk.Core

/// What the doubt of a program on slices adds up, over the positions.
[<RequireQualifiedAccess>]
type internal SliceDoubt =
    /// A great number for each exponential whose digits cancel, and for each correlation of patches that are not equal
    /// at which a table is very steep.
    | Cancellations
    /// These numbers for exponentials, and 1/sin(th) for each angle th of patches that are not equal, and for each such
    /// correlation at which a table is steep.
    | Angles

/// The numbers of doubts.
[<RequireQualifiedAccess>]
module internal SliceDoubt =
    /// The doubt of an exponential whose digits cancel is twice this.
    let great = 1e12

    /// The greatest mean over positions of the sum over layers of 1/sin(th) in float32. An error of 1e-7 in a
    /// correlation is one of 1e-7/sin(th) in the angle, and the kernel's slope in the angle is 1/pi at most. Errors of
    /// different positions have no common sign.
    let most = 200.0

    /// The same for few values. A product of networks weighs the angles near 0 up to ten times as much as the others.
    let mostOfFew = 40.0

    /// The same for one value, whose error nothing evens out. That of n values is at most sqrt(n) times as great.
    let mostAlone = 20.0

    /// How much greater the error of an expectation may be where all offsets meet.
    let lenience = 12.0

    /// The number of values from which on the errors of few angles are small.
    let few = 4096.0

    /// The least sine that is told from 0 in float32.
    let least = 1e-4
