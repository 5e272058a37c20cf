/// Functions, rules and expectations with 30 digits: what a kink above an activation without a closed form needs to know.
module HadamardNtk.Core.Spec.PreciseSpec

open System
open HadamardNtk.Core
open Xunit

let private number = DoubleDouble.ofFloat

/// |a - b| over a scale.
let private distance (a: DoubleDouble) (b: DoubleDouble) scale =
    let d = (a - b).Hi
    if d = 0.0 then 0.0 else abs d / scale

let private within what bound error =
    Assert.True(error <= bound, $"{what} is off by {error:E1} where {bound:E1} is allowed")

/// The function of a word, or with an apostrophe its derivative.
let private functionOf (name: string) =
    let activation = Catalogue.activation (name.TrimEnd '\'') []
    if name.EndsWith '\'' then activation.Derivative else activation.Function

let private preciseOf (f: ScalarFunction) = Option.get f.Precise

/// Function, argument, and the true value as the sum of two floats (from 60-digit arithmetic).
let private known =
    [ "log1p", -0.9375, -2.772588722239781, -9.276187255385198e-17
      "log1p", -1e-09, -1.0000000005000001e-09, 7.427230737157087e-26
      "log1p", 1e-20, 1e-20, -5e-41
      "log1p", 0.3, 0.26236426446749106, -1.6067257209028454e-17
      "log1p", 1.0, 0.6931471805599453, 2.3190468138462996e-17
      "log1p", 40.0, 3.713572066704308, -1.4628004942704776e-16
      "tanh", -600.5, -1.0, 0.0
      "tanh", -30.25, -1.0, 1.062218449935819e-26
      "tanh", -2.0, -0.9640275800758169, 1.9413550547557176e-17
      "tanh", -0.3, -0.2913126124515909, 6.4602656586469586e-18
      "tanh", 1e-20, 1e-20, -3.333333333333333e-61
      "tanh", 0.7, 0.6043677771171635, -2.7916180015425346e-17
      "tanh", 3.0, 0.9950547536867305, -1.2991892863562624e-17
      "tanh", 30.25, 1.0, -1.062218449935819e-26
      "tanh'", -600.5, 0.0, 0.0
      "tanh'", -30.25, 2.124436899871638e-26, 5.262002595439333e-43
      "tanh'", -2.0, 0.07065082485316447, -4.898517755015516e-18
      "tanh'", -0.3, 0.9151369618266292, 2.850713922057346e-17
      "tanh'", 1e-20, 1.0, -1e-40
      "tanh'", 0.7, 0.6347395899824586, 1.4030029931328913e-17
      "tanh'", 3.0, 0.00986603716544019, 8.358295633404743e-19
      "tanh'", 30.25, 2.124436899871638e-26, 5.262002595439333e-43
      "sigmoid", -600.5, 1.6075467697937942e-261, 3.537726127764541e-279
      "sigmoid", -30.25, 7.287724095819161e-14, 5.008714894190435e-30
      "sigmoid", -2.0, 0.11920292202211756, -4.667319433268004e-18
      "sigmoid", -0.3, 0.425557483188341, -8.05466865782085e-18
      "sigmoid", 1e-20, 0.5, 2.5e-21
      "sigmoid", 0.7, 0.668187772168166, 4.6882662817831034e-17
      "sigmoid", 3.0, 0.9525741268224333, -3.451513898035272e-17
      "sigmoid", 30.25, 0.9999999999999272, -4.661054278134405e-17
      "sigmoid'", -600.5, 1.6075467697937942e-261, 3.537726127764541e-279
      "sigmoid'", -30.25, 7.287724095818631e-14, -4.938251698931459e-30
      "sigmoid'", -2.0, 0.10499358540350652, -2.899682614442994e-18
      "sigmoid'", -0.3, 0.24445831169074586, 8.603195717913724e-18
      "sigmoid'", 1e-20, 0.25, -6.25e-42
      "sigmoid'", 0.7, 0.22171287329310904, 1.1922448167573174e-17
      "sigmoid'", 3.0, 0.04517665973091213, 2.2633220558509066e-18
      "sigmoid'", 30.25, 7.287724095818631e-14, -4.938251698931459e-30
      "softplus", -600.5, 1.6075467697937942e-261, 3.537726127764541e-279
      "softplus", -30.25, 7.287724095819427e-14, -2.639576292655788e-30
      "softplus", -2.0, 0.1269280110429725, 2.5167876693038718e-18
      "softplus", -0.3, 0.5543552444685271, -7.224165545006375e-18
      "softplus", 1e-20, 0.6931471805599453, 2.3195468138462995e-17
      "softplus", 0.7, 1.103186048885458, -4.036125128709739e-17
      "softplus", 3.0, 3.048587351573742, 4.047778999400933e-18
      "softplus", 30.25, 30.250000000000075, -1.7297462966162508e-15
      "swish", -600.5, -9.653318352611735e-259, 1.3445396952111548e-275
      "swish", -30.25, -2.2045365389852963e-12, 3.1502104462014086e-29
      "swish", -2.0, -0.23840584404423512, 9.334638866536008e-18
      "swish", -0.3, -0.1276672449565023, 7.141037758718547e-18
      "swish", 1e-20, 5e-21, 2.5e-41
      "swish", 0.7, 0.46773144051771626, -1.9060094497384858e-17
      "swish", 3.0, 2.8577223804672998, -1.0354541694105817e-16
      "swish", 30.25, 30.249999999997794, 1.6986555498147809e-15
      "swish'", -600.5, -9.637242884913797e-259, 3.2854774218786233e-275
      "swish'", -30.25, -2.131659298026944e-12, -1.8008619502684193e-28
      "swish'", -2.0, -0.09078424878489548, 1.1320457956179838e-18
      "swish'", -0.3, 0.3522199896811173, -2.7350497842134617e-17
      "swish'", 1e-20, 0.5, 5e-21
      "swish'", 0.7, 0.8233867834733424, 4.815790462526277e-17
      "swish'", 3.0, 1.0881041060151697, -9.711411185187229e-17
      "swish'", 30.25, 1.0000000000021316, 3.109074664346506e-17
      "mish", -600.5, -9.653318352611735e-259, 1.3445396952111548e-275
      "mish", -30.25, -2.2045365389853767e-12, 7.669173923585638e-29
      "mish", -2.0, -0.2525014826957089, 1.5076753724395152e-17
      "mish", -0.3, -0.15113317713833457, 5.901888512293861e-18
      "mish", 1e-20, 6e-21, -1.504312769052528e-37
      "mish", 0.7, 0.5611483776438518, 2.1983035896762225e-17
      "mish", 3.0, 2.9865350049679575, -2.2154325776488216e-16
      "mish", 30.25, 30.25, -3.2132108110553842e-25
      "mish'", -600.5, -9.637242884913797e-259, 3.2854774218786233e-275
      "mish'", -30.25, -2.131659298027102e-12, 1.4245849853276348e-28
      "mish'", -2.0, -0.10835509242039394, -8.790114821277009e-19
      "mish'", -0.3, 0.4085108769357022, -1.2058610170225986e-17
      "mish'", 1e-20, 0.6, 2.2210860492503132e-17
      "mish'", 0.7, 0.9687948682001859, 1.5222716256809273e-17
      "mish'", 3.0, 1.0211069109294437, 4.972039225443205e-17
      "mish'", 30.25, 1.0, 6.320199777116734e-25
      "elu", -600.5, -1.0, 0.0
      "elu", -30.25, -0.9999999999999272, 4.6610542786655144e-17
      "elu", -2.0, -0.8646647167633873, -1.042381423288669e-17
      "elu", -0.3, -0.2591817793182821, -1.805530505953e-18
      "elu", 1e-20, 1e-20, 0.0
      "elu", 0.7, 0.7, 0.0
      "elu", 3.0, 3.0, 0.0
      "elu", 30.25, 30.25, 0.0
      "elu'", -600.5, 1.6075467697937942e-261, 3.537726127764541e-279
      "elu'", -30.25, 7.287724095819692e-14, 2.3339070041631973e-30
      "elu'", -2.0, 0.1353352832366127, -1.042381423288669e-17
      "elu'", -0.3, 0.7408182206817179, -1.805530505953e-18
      "elu'", 1e-20, 1.0, 0.0
      "elu'", 0.7, 1.0, 0.0
      "elu'", 3.0, 1.0, 0.0
      "elu'", 30.25, 1.0, 0.0
      "selu", -600.5, -1.7580993408473766, -5.75014648756476e-17
      "selu", -30.25, -1.7580993408472485, -5.1809215237257766e-17
      "selu", -2.0, -1.5201664685956948, -6.087062490480547e-17
      "selu", -0.3, -0.45566731537912203, -2.2376964692031535e-17
      "selu", 1e-20, 1.0507009873554804e-20, 3.127946934432512e-37
      "selu", 0.7, 0.7354906911488363, 1.9952884351171798e-17
      "selu", 3.0, 3.1521029620664414, 0.0
      "selu", 30.25, 31.783704867503285, -1.6653345369377348e-15
      "erf", -9.5, -1.0, 3.7692144856548797e-41
      "erf", -2.0, -0.9953222650189527, -2.20719858329765e-17
      "erf", -0.3, -0.3286267594591274, -2.2908254446982777e-17
      "erf", 1e-20, 1.1283791670955125e-20, -8.470037849303888e-38
      "erf", 0.7, 0.6778011938374184, 5.860416063065593e-18
      "erf", 3.0, 0.9999779095030014, 5.363397058636269e-17
      "erf", 6.5, 1.0, -3.8421483271206475e-20
      "gelu", -6.0, -5.9195258702261885e-09, -3.010924171435507e-25
      "gelu", -2.0, -0.04550026389635842, 2.7699526216779393e-18
      "gelu", -0.3, -0.1146265733433142, 5.207215868085079e-20
      "gelu", 1e-20, 5e-21, 3.9894228040143264e-41
      "gelu", 0.7, 0.5306254434438489, -3.0207371281958334e-17
      "gelu", 3.0, 2.99595030590511, -8.41993124187965e-17
      "gelu", 14.0, 14.0, -1.091095154686992e-43
      "gelu'", -6.0, -3.5468709453902015e-08, 3.4348648508151396e-25
      "gelu'", -2.0, -0.0852318010781969, 6.5088480940065835e-18
      "gelu'", -0.3, 0.26767223317289013, 1.6804148445284426e-17
      "gelu'", 1e-20, 0.5, 7.978845608028654e-21
      "gelu'", 0.7, 0.9766141011336599, -2.888993590960386e-17
      "gelu'", 3.0, 1.011945647204184, 3.130470454215203e-17
      "gelu'", 14.0, 1.0, 1.527455646325367e-42
      "sin", -600.5, 0.4401836232200361, 2.4521100259212145e-17
      "sin", -2.0, -0.9092974268256817, 1.4020906557816256e-17
      "sin", 1e-20, 1e-20, -1.6666666666666664e-61
      "sin", 0.7, 0.644217687237691, 2.8740567927338755e-18
      "sin", 3.0, 0.1411200080598672, 8.577269787017502e-18
      "sin", 30.25, -0.9191536942035773, 5.1273316119404626e-17
      "sin'", -600.5, -0.8979077780311747, 4.295871287031001e-17
      "sin'", -2.0, -0.4161468365471424, 1.990596398957495e-17
      "sin'", 1e-20, 1.0, -5e-41
      "sin'", 0.7, 0.7648421872844885, -4.013780434022238e-17
      "sin'", 3.0, -0.9899924966004454, -4.2060261566099734e-17
      "sin'", 30.25, 0.3938990815322077, 1.6122648407431573e-17 ]

[<Fact>]
let ``functions in double-double are true to 1e-29, and finite far out`` () =
    for name, x, hi, lo in known do
        let f = if name = "log1p" then DoubleDouble.log1p else preciseOf (functionOf name)
        // gelu and its derivative know 1 + erf to 1e-31; sines know their argument to 1e-32 of itself.
        let scale =
            if name.StartsWith "gelu" then 0.01
            elif name.StartsWith "sin" then 1.0
            else abs hi
        // Below 1e-280 the second float has no room.
        let bound = if abs hi < 1e-250 then 1e-14 else 1e-29
        within $"{name}({x})" bound (distance (f (number x)) { Hi = hi; Lo = lo } scale)

[<Fact>]
let ``every function of the catalogue is the same in floats and in double-double`` () =
    for word, options in
        [ for word in List.map _.Word Catalogue.activations do
              match word with
              | "monomial"
              | "rectified_monomial"
              | "hermite" -> word, [ "k", [ 3.0 ] ]
              | "polynomial" -> word, [ "c", [ 0.5; -1.0; 0.3; 0.2 ] ]
              | "erf"
              | "sin"
              | "cos" -> word, [ "a", [ 1.5 ]; "b", [ 0.7 ]; "c", [ 0.3 ] ]
              | "exp"
              | "gaussian" -> word, [ "a", [ 1.5 ]; "b", [ -0.3 ] ]
              | _ -> word, [] ] do
        let phi = Catalogue.activation word options

        for f in [ phi.Function; phi.Derivative ] do
            for x in [ -8.0; -1.5; -1e-3; 0.0; 1e-3; 0.4; 5.5 ] do
                let value = f.Apply x
                Spec.near $"{f.Name} at {x}" (1e-13 * max 1.0 (abs value)) value (preciseOf f (number x)).Hi

[<Fact>]
let ``sums and products have double-double where both parts have`` () =
    let tanh, elu = functionOf "tanh", functionOf "elu"
    let mine = (Activation.custom "mine" Math.Tanh None [] Odd).Function
    let x = number -0.7
    Assert.Equal(preciseOf tanh x * preciseOf elu x, preciseOf (ScalarFunction.product tanh elu) x)
    Assert.Equal(preciseOf tanh x + preciseOf elu x, preciseOf (ScalarFunction.sum tanh elu) x)
    Assert.True((ScalarFunction.product tanh mine).Precise.IsNone)
    Assert.True((ScalarFunction.differentiate tanh).Precise.IsNone)

[<Fact>]
let ``Gauss's rules integrate the powers that they must to 1e-30`` () =
    for n in [ 1; 2; 5; 24 ] do
        let legendre, hermite = GaussRule.legendre n, GaussRule.hermite n

        let apply (rule: PreciseRule) k =
            Array.fold2 (fun s x w -> s + w * PreciseScalar.power k x) (number 0.0) rule.Nodes rule.Weights

        let mutable moment = number 1.0

        for m in 0 .. n - 1 do
            let even = number 2.0 / number (float (2 * m + 1))
            within $"x^{2 * m}, {n} nodes" 1e-30 (distance (apply legendre (2 * m)) even even.Hi)
            within $"g^{2 * m}, {n} nodes" 1e-28 (distance (apply hermite (2 * m)) moment moment.Hi)
            within $"x^{2 * m + 1}, {n} nodes" 1e-30 (abs (apply legendre (2 * m + 1)).Hi)
            moment <- moment * number (float (2 * m + 1))

let private tableOf f q = PreciseExpectation.table f (preciseOf f) q

let private pairOf f t t' c = PreciseExpectation.pair (preciseOf f) t t' c

/// Function, q1, q2, c, and E f(u) f(v) as the sum of two floats (from 42-digit quadrature of another kind: the trapezoidal
/// rule, and for elu and selu the conditional expectation's closed form).
let private expectations =
    [ "tanh", 1.0, 1.0, 0.999999999999, 0.3942944903973768, -1.3822171487923262e-17
      "tanh", 1.0, 1.0, -0.999999999999, -0.3942944903973768, 1.3822171487923262e-17
      "tanh", 1.0, 1.0, -1.0, -0.3942944903978412, 2.7484315104332147e-17
      "tanh", 0.7, 1.3, 0.4, 0.15091976410914174, -7.168551334890314e-19
      "tanh", 9.0, 0.0001, 0.02, 0.005096225698521862, -4.1764505969804e-19
      "tanh", 1e-12, 1e-12, 5e-13, 4.999999999989999e-13, 4.8435882122691423e-29
      "tanh'", 1.0, 1.0, 0.999999999999, 0.46440290244796806, -1.3051946931732314e-17
      "tanh'", 1.0, 1.0, -0.999999999999, 0.46440290244796806, -1.3051946931732314e-17
      "tanh'", 0.7, 1.3, 0.4, 0.3852616105590184, -1.3497087141529667e-17
      "tanh'", 25.0, 25.0, 24.9, 0.09835324208425704, 3.6222053727757845e-19
      "sigmoid", 1.0, 1.0, 0.999999999999, 0.29337903585804814, -1.5282672654651276e-17
      "sigmoid", 1.0, 1.0, -0.999999999999, 0.20662096414195188, -1.2472902960977637e-17
      "sigmoid", 1.0, 1.0, -1.0, 0.20662096414190703, 5.287796485794588e-18
      "sigmoid", 0.7, 1.3, 0.4, 0.2672052757230054, 1.7759333526083537e-17
      "softplus", 1.0, 1.0, 1.0, 0.9212459088593002, 3.436819463584845e-17
      "softplus", 1.0, 1.0, 0.999999999999, 0.9212459088590069, -1.7254508547569755e-17
      "softplus", 0.7, 1.3, 0.4, 0.7510699865891975, 4.9042864336212406e-17
      "softplus", 1e-12, 1e-12, 5e-13, 0.4804530139184997, 6.391711933427669e-18
      "swish", 1.0, 1.0, 0.999999999999, 0.3557755198169727, -1.3955875903266592e-17
      "swish", 0.7, 1.3, 0.4, 0.14903677382355843, -1.291391601791025e-17
      "swish", 1.0, 9.0, 3.0, 1.2007440274535455, 3.683299694681579e-17
      "elu", 1.0, 1.0, 0.999999999999, 0.6449454174922558, 1.8844693398921183e-17
      "elu", 1.0, 1.0, -0.999999999999, -0.5231565837297236, 2.4868649170217497e-17
      "elu", 1.0, 1.0, -1.0, -0.5231565837302468, 1.6947245822238633e-17
      "elu", 0.7, 1.3, 0.4, 0.2632147652094554, 8.813961683621483e-18
      "elu", 9.0, 0.0001, 0.02, 0.012414050546990412, 4.139084157546793e-19
      "elu", 1e-12, 1e-12, 5e-13, 4.999996010581463e-13, -4.8601471208488747e-29
      "elu'", 1.0, 1.0, 0.999999999999, 0.6681020012230026, -5.34636561137868e-17
      "elu'", 0.7, 1.3, 0.4, 0.6139922734545465, -1.4840660566936743e-17
      "selu", 1.0, 1.0, 0.999999999999, 0.9999999999989283, 1.4102857921705698e-17
      "selu", 1.0, 1.0, -0.999999999999, -0.9663940482687687, 1.5152916759099233e-17
      "selu", 0.7, 1.3, 0.4, 0.39434536770797585, -1.4089688213723354e-17
      "selu", 1.0, 9.0, 3.0, 2.309125702051854, -3.489976709417581e-17
      "selu'", 1.0, 1.0, 1.0, 1.0715749924557991, -1.4559149208240486e-17
      "selu'", 1.0, 1.0, 0.999999999999, 1.0715748798246525, -1.5600760522087498e-19
      "selu'", 1.0, 1.0, -0.999999999999, 0.9663941609003621, 1.315561230323409e-17
      "selu'", 0.7, 1.3, 0.4, 0.9971709562074338, 1.3486000140477791e-17
      "selu'", 9.0, 0.0001, 0.02, 0.9632941988360303, -5.006832609136242e-17
      "selu'", 25.0, 25.0, 24.9, 0.6651515893111778, 2.1371745055904766e-17
      "mish", 1.0, 1.0, 1.0, 0.45234219237588275, 2.5034609298551067e-17
      "mish", 1.0, 1.0, 0.999999999999, 0.4523421923754037, 1.31095179997682e-17
      "mish", 1.0, 1.0, -0.999999999999, -0.1841718598326891, -7.79345705502632e-18
      "mish", 0.7, 1.3, 0.4, 0.19253833555964725, -4.5064785944369544e-18
      "mish", 25.0, 25.0, 24.9, 12.419838775627147, 6.804886656256883e-16
      "mish'", 1.0, 1.0, 0.999999999999, 0.47908375837377287, 2.339852296439977e-17
      "mish'", 0.7, 1.3, 0.4, 0.3791756608231681, -1.575367238032481e-17
      "sigmoid'", 0.7, 1.3, 0.4, 0.04322890558415401, 6.919186636323031e-19
      "swish'", 0.7, 1.3, 0.4, 0.30015326914775825, 2.4577386664183628e-17 ]

[<Fact>]
let ``expectations are true to 1e-28 of sqrt(T T'), symmetric to the last bit`` () =
    for name, q1, q2, c, hi, lo in expectations do
        let f = functionOf name
        let t, t' = tableOf f (number q1), tableOf f (number q2)
        let value = pairOf f t t' (number c)
        let scale = sqrt (t.Square.Hi * t'.Square.Hi)
        within $"{name} at {q1}, {q2}, {c}" 1e-28 (distance value { Hi = hi; Lo = lo } scale)
        Assert.Equal(value, pairOf f t' t (number c))

/// Function, and sqrt(T(q1,q1,q1) T(q2,q2,q2) - T(q1,q2,c)^2) at q1 = 1, q2 = 1 + 2^-20, c = 1 + 2^-21 - 2^-42: what is left of
/// 1 after 13 digits.
let private gaps =
    [ "tanh", 2.0924961110122532e-07, 1.1841090241275776e-23
      "sigmoid", 6.596188760545745e-08, 3.2868586063058653e-24
      "softplus", 2.987560592946602e-07, 1.0214095266216178e-23
      "swish", 1.8162243569377126e-07, -1.2851861330287591e-23
      "mish", 2.296107437403251e-07, -1.0419338178593062e-23
      "elu", 3.2010614397092434e-07, 8.62775593829756e-24
      "selu", 5.097422486540802e-07, 2.9837201445348895e-23 ]

[<Fact>]
let ``the gap of the next layer is known to 1e-16`` () =
    for name, hi, lo in gaps do
        let f = functionOf name
        let t, t' = tableOf f (number 1.0), tableOf f (number (1.0 + Math.ScaleB(1.0, -20)))
        let c = number (1.0 + Math.ScaleB(1.0, -21) - Math.ScaleB(1.0, -42))
        let pair = pairOf f t t' c
        let gap = DoubleDouble.sqrt (t.Square * t'.Square - pair * pair)
        within name 1e-16 (distance gap { Hi = hi; Lo = lo } hi)

let private closed =
    [ "relu", [ 0.0 ]
      "abs", [ 0.0 ]
      "sign", [ 0.0 ]
      "erf", []
      "gelu", []
      "sin", []
      "gaussian", [] ]

/// Expressions read in double-double.
let private numbers =
    let none () = invalidOp "no closed form"
    Expr.inArithmetic (DoubleDoubleArithmetic()) (fun _ _ _ _ -> none ()) (fun _ _ -> none ())

[<Fact>]
let ``series and quadrature meet the closed forms to 1e-27 at any variance and angle`` () =
    for word, _ in closed do
        let phi = Catalogue.activation word []

        let large =
            if word = "sin" || word = "gaussian" then
                [ 4.0, 4.0 ]
            else
                [ 1e4, 1e4; 1e8, 1e8; 1e6, 1e-2 ]

        for q1, q2 in (1e-12, 1e-12) :: (1.0, 1.0) :: (0.5, 2.0) :: large do
            let f = phi.Function
            let t, t' = tableOf f (number q1), tableOf f (number q2)
            let dual a b c = Expr.evaluate numbers a b c phi.Dual.Value
            let scale = sqrt (t.Square.Hi * t'.Square.Hi)
            let own = dual t.Variance t.Variance t.Variance
            within $"square of {word} at {q1}" 1e-27 (distance t.Square own own.Hi)
            let mean = Expr.evaluate numbers t.Variance t.Variance t.Variance phi.Dual.Mean
            within $"mean of {word} at {q1}" 1e-27 (distance t.Mean mean (sqrt own.Hi))

            for rho in [ -1.0; -1.0 + 1e-12; -0.5; 0.0; 0.3; 0.97; 1.0 - 1e-9; 1.0 - 1e-14; 1.0 ] do
                let c = DoubleDouble.scale rho (DoubleDouble.sqrt (t.Variance * t'.Variance))
                let truth = dual t.Variance t'.Variance c
                // At rho = 1 of unequal variances c rounds by 1e-32, which a jump's angle feels as 1e-16.
                let bound = if abs rho = 1.0 && word = "sign" then 1e-15 else 1e-27
                within $"{word} at {q1}, {q2}, {rho}" bound (distance (pairOf f t t' c) truth scale)

[<Fact>]
let ``equal samples have the table's square, opposite ones its sign by parity, and no length the mean`` () =
    for name in [ "tanh"; "tanh'"; "sigmoid"; "elu"; "selu'" ] do
        let f = functionOf name

        for q in [ 1e-12; 0.3; 1e6 ] do
            let t, zero = tableOf f (number q), tableOf f (number 0.0)
            Assert.Equal(t.Square, pairOf f t (tableOf f (number q)) t.Variance)
            Assert.Equal(t.Mean * zero.Mean, pairOf f t zero (number 0.0))
            Assert.Equal(t.Mean * t.Mean, pairOf f t t (number 0.0))

            match f.Parity with
            | Odd -> Assert.Equal(-t.Square, pairOf f t t (number -q))
            | Even -> Assert.Equal(t.Square, pairOf f t t (number -q))
            | Neither -> Assert.True((pairOf f t t (number -q)).Hi < t.Square.Hi)

[<Fact>]
[<Law "T'(q1, q2, c) = dT(q1, q2, c)/dc">]
let ``dT/dc = T'`` () =
    for word in [ "tanh"; "softplus"; "elu"; "selu" ] do
        let phi = Catalogue.activation word []
        let f, f' = phi.Function, phi.Derivative

        for q1, q2, c in [ 0.7, 1.3, 0.4; 2.0, 2.0, -1.2 ] do
            let at c = pairOf f (tableOf f (number q1)) (tableOf f (number q2)) (number c)
            let central h = DoubleDouble.scale (0.5 / h) (at (c + h) - at (c - h))
            // (4 D(h) - D(2h))/3 leaves h^4; h = 2^-14 keeps c + h exact to 2^-53.
            let h = Math.ScaleB(1.0, -14)
            let slope = DoubleDouble.scale (1.0 / 3.0) (DoubleDouble.scale 4.0 (central h) - central (2.0 * h))
            let truth = pairOf f' (tableOf f' (number q1)) (tableOf f' (number q2)) (number c)
            within $"{word} at {q1}, {q2}, {c}" 1e-11 (distance slope truth truth.Hi)

[<Fact>]
let ``a moment that does not exist is not a number, in floats and in double-double`` () =
    // E exp(2 b u^2) exists while 4 b q < 1.
    for b in [ 0.26; 0.3; 1.0; 20.0 ] do
        let f = (Catalogue.activation "gaussian" [ "b", [ b ] ]).Function
        Assert.True(Double.IsNaN (tableOf f (number 1.0)).Square.Hi)
        Assert.True(Double.IsNaN (Expectation.table f 1.0).Square)

    let tanh = functionOf "tanh"
    Assert.True(Double.IsNaN (tableOf tanh (number nan)).Square.Hi)
    Assert.True(Double.IsNaN (Expectation.table tanh nan).Square)
