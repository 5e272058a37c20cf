namespace HadamardNtk.Core

/// Where the rounding of an exponent shows in its exponential, in float32.
module internal SingleCancellation =
    /// Exponents are watched whose greatest term exceeds this.
    [<Literal>]
    let Great = 8.0

    /// Exponentials of exponents below this are negligible.
    [<Literal>]
    let Small = -20.0

    /// An exponent may be off by this times its greatest term: 32 roundings, 2^-19.
    [<Literal>]
    let Blur = 1.9073486328125e-6

/// Where the rounding of an exponent shows in its exponential, in float64.
module internal DoubleCancellation =
    /// Exponents are watched whose greatest term exceeds this.
    [<Literal>]
    let Great = 1e3

    /// Exponentials of exponents below this are negligible.
    [<Literal>]
    let Small = -40.0

    /// An exponent may be off by this times its greatest term: 32 roundings, 2^-48.
    [<Literal>]
    let Blur = 3.552713678800501e-15
