import { inflectEnglish } from './inflect-english.ts';
import type { LanguageWords } from './language-words.ts';
import { wordSet } from './word-set.ts';

const DETERMINERS = `a an the this that these those each every either neither some any no all both half such another other its his
  her their our my your whose which what`;

const PRONOUNS = `i we they he she it you who whom me us them him myself yourself itself himself herself ourselves themselves mine
  yours hers ours theirs one ones someone somebody something anyone anybody anything everyone everybody everything nobody nothing none
  there authors i'm i've i'd i'll we're we've we'd we'll you're you've you'd you'll they're they've they'd they'll he's she's it's
  he'd she'd it'd he'll she'll it'll that's there's here's what's who's where's how's let's`;

const AUXILIARIES = `be is are was were been being am have has had having do does did doing done can could may might must shall should
  will would ought cannot isn't aren't wasn't weren't haven't hasn't hadn't don't doesn't didn't can't couldn't mayn't mustn't
  shouldn't won't wouldn't ain't gonna wanna gotta`;

const CLOSED = `of in on at by for with without within from to into onto over under above below between among amongst against during
  before after since until till through throughout across along around about beyond behind beside besides toward towards upon via per
  despite except like unlike near off out up down than as inside outside and or but nor so yet if unless although though while whilst
  whereas because whether once not also only very too quite rather just even still already almost always never often sometimes usually
  then thus hence therefore however moreover furthermore here where when why how again further later now today tomorrow yesterday
  tonight soon well far forward together instead perhaps maybe ever else otherwise meanwhile nevertheless nonetheless indeed etc e.g
  i.e eg ie viz cf ok okay yes no yeah yep oh ah hmm hm um uh hey hi hello bye goodbye please thanks thank sorry wow really actually
  back away apart ago anyway somehow somewhere everywhere anywhere much more most less least few fewer many several enough lots
  plenty least using et al vs versus plus minus due according regarding concerning notably whenever wherever whatever whichever
  whoever two three four five six seven eight nine ten eleven twelve hundred thousand million billion dozen twice thrice`;

const VERBS = `fetch prune fold decay propose present describe discuss introduce investigate examine provide obtain achieve develop demonstrate illustrate compare
  consider apply derive determine evaluate analyze analyse prove solve allow enable improve reduce require employ utilize
  utilise suggest indicate reveal find give make take become seem appear remain contain include involve perform compute
  calculate generate construct create produce define extend establish identify observe explain implement adopt adapt exist
  occur arise depend rely lead follow satisfy hold tend assume choose select detect avoid overcome handle deal exploit
  incorporate combine relate correspond characterize characterise understand know think believe see look say tell ask want go
  come get put keep let begin try maintain ensure facilitate assess address enhance optimize optimise minimize minimise
  maximize maximise simplify modify represent consist comprise belong lie serve act enter receive send read write run build
  carry bring grow show draw throw fall rise meet pay spend lose win sell buy teach learn hear feel mean speak leave stay
  stand sit sleep eat drink drive fly walk wait hope wish remember forget decide agree refuse accept expect prefer like love
  hate enjoy happen seek explore verify validate confirm conclude summarize summarise highlight emphasize emphasise argue
  claim aim attempt intend need treat regard encounter face pose raise cause induce affect prevent protect preserve retain
  reach attain yield converge diverge vary differ resemble coincide accelerate decelerate slow fail crash connect disconnect
  install uninstall configure deploy roll revert migrate upgrade downgrade disable break resolve reproduce open close merge
  reply respond invite recommend advise complain apologize apologise persuade arrive attend celebrate prepare wear borrow lend
  help encode decode predict approximate simulate quantify compensate eliminate remove add delete insert replace substitute
  convert transform translate transmit distribute allocate assign arrange organize organise manage operate execute evolve
  emerge expand increase decrease start stop turn invoke impose suffer undergo exhibit possess acquire gain attract deserve
  underlie undertake accommodate accompany accomplish accumulate activate adjust admit advocate aggregate align alter amplify
  announce anticipate appreciate arouse assemble assert assist attach automate bind broaden calibrate capture cease cite
  classify collaborate collect communicate compete complement complete complicate compress concentrate conduct consult consume
  contribute cooperate coordinate cope couple deduce degrade deliver denote depict deteriorate devote differentiate diminish
  disappear discard distinguish divide dominate elaborate elucidate embody emit encompass encourage engage enlarge enrich
  entail equip evoke exceed exclude exert expose fill finish formulate foster fulfil fulfill gather govern guarantee hinder
  illuminate imply inform inherit inhibit initiate inject inspect inspire integrate interact interfere interpret isolate judge
  justify launch locate mention mitigate motivate multiply navigate negotiate notify occupy omit originate outperform overlook
  participate perceive permit persist postulate precede preclude prescribe proceed promote prompt publish pursue qualify quote
  react realize realise recognize recognise reconcile recover refer refine reflect regulate reinforce reject relax render
  replicate reside resist restore restrict resume retrieve revise save settle shed specify stimulate strengthen strive submit
  subscribe succeed suit survive sustain synthesize tackle terminate tolerate traverse unify violate warrant weaken withstand
  worry trap reload unsubscribe decompose cancel spread vote hit print visit return`;

/** Base forms that are as often a noun: what stands beside them decides. */
const VERBS_OR_NOUNS = `leak label tag drop spike grant switch bypass benchmark batch bundle boost bid bias blame bond brush cast catch chain challenge charge
  claim climb code combat command comment comfort copy core cross dump echo edit escape exploit export fan fear fine finance fish flash
  flood fuel gather glance grip group guess guard hack haul hint hunt hurry joke judge jump kick kill kiss knock land laugh lead lift
  mail mask master matter mind mix move mirror need number nurse pack paint park pass pause permit phase pick pilot pin pitch plot poll
  pool post pound pour press probe produce progress protest prove purchase race rain rank rebound rebuild recall refund regret rent
  rescue respect rest retry ride ring risk rock root rule rush sail sacrifice scan screen seal search seat seed shape shelter shock
  shoot shop shout shower sink size skip slip smell smile smoke snow sound span spark splash spot spray stage stain stamp stand steam
  stem step stick storm strain stroke struggle subject surprise surge suspect sweep swing talk tap target taste team tear tie tip title
  total tour trace track trail train trap travel trial trick trip trust try twist wash waste watch weigh whisper wind wonder worry report review outline aim attempt need view face cause influence impact yield speed crash restart fix repair
  break answer reply order book check help offer support estimate measure control monitor increase decrease change start stop turn
  work play use study test design plan result model process search share set call transfer schedule focus claim love hope wish walk
  drive drink sleep fly look run build read write rise fall draw show meet act treat trigger push pull merge upgrade plan gain
  transform express attribute embed associate rent hire roll wear program limit benefit approach account function form state place
  point interest question issue exchange display signal code network block filter sample cluster index rank map match target track
  trace store stream sort scale rate range query link load lock log loop scan score sense service shift sign sound source split
  spread stress structure supply switch trade train value vote wave weight record request release return review reward risk scope
  print cost count cover cycle damage delay demand cut cross contact contrast contract design document effect experience experiment
  fault feature field flow force frame guide head heat hit import export input output interface name note object pair part pattern
  phase plot position power practice price project purpose reason reference research reserve resource sequence shape step
  stretch structure surface tax threat time tool touch transport type update visit volume watch water email mail phone text
  message deposit ticket dress date cook dance lunch dinner thanks survey face host patch commit alert cache backup restart`;

/** Past forms and participles that no rule gives. */
const IRREGULAR = `found gave given made took taken became become seen saw said told asked went gone came got gotten put kept let began
  begun led held chosen chose dealt knew known thought understood understand sent received ran built brought grew grown shown drew
  drawn threw thrown fell fallen rose risen met paid spent lost won sold bought taught learned learnt heard felt meant spoke spoken
  left stood sat slept ate eaten drank drove driven flew flown forgot forgotten broke broken wrote written arose arisen laid lain
  underwent undergone sought lent wore worn rolled tied lies lying dies died drawn stuck`;

const WEAK_ADJECTIVES = `new novel different various several important significant main major minor proposed resulting certain
  particular specific general common good better best bad worse worst great big large larger largest small smaller smallest high
  higher highest low lower lowest long longer short shorter simple simpler easy easier difficult hard possible impossible available
  able unable useful necessary sufficient appropriate suitable recent current previous present future early earlier late latest last
  next first second third final whole entire total full own same similar many few whole additional further extra key
  old older young existing given following known well-known overall effective efficient interesting promising powerful
  successful potential respective corresponding related relevant real true false right wrong sure nice fine free happy
  sorry glad afraid ready busy interested typical usual normal special detailed comprehensive extensive numerous multiple various
  considerable substantial remarkable excellent superior critical crucial essential fundamental basic initial
  original subsequent alternative so-called preliminary experimental satisfactory increasing increased improved
  reduced obtained based observed described presented discussed considered developed introduced
  required desired expected involved including included underlying
  single double whole much strong weak clear obvious evident wide broad deep little exact precise lovely beautiful wonderful
  terrible awful amazing favorite favourite separate standard industrial aggressive modern traditional
  conventional classical existing practical theoretical numerous earlier moderate rapid complex complete admissible expensive cheap quick slow fast`;

const MEASURES = `high low long short large small hard deep single double critical fast open real full general basic fine whole
  normal multiple standard complex slow`;

const WEAK_NOUNS = `paper article work study research result results approach approaches method methods technique techniques problem
  problems case cases way ways number numbers example examples author authors set sets thing things time times year years day days
  week weeks month months hour hours minute minutes moment point points part parts kind kinds type types form forms order
  use uses role roles fact facts issue issues question questions answer answers aspect aspects property properties feature features
  advantage advantages disadvantage benefit benefits importance effect effects change changes increase decrease value values
  level levels range area areas field fields basis group groups people person man woman place places section introduction
  conclusion conclusions discussion purpose purposes goal goals aim aims objective objectives idea ideas concept concepts
  need needs requirement requirements solution solutions experiment experiments comparison application applications
  development implementation evaluation performance ability possibility presence existence lack amount degree extent
  terms term addition order detail details end beginning state states condition conditions situation reason reasons
  cause process processes procedure procedures step steps strategy factor factors difference differences
  characteristic characteristics help information something anything everything nothing someone bit lot one ones others
  system systems model models data analysis simulation simulations review overview survey attention
  interest interests thanks sir madam mr mrs ms miss dr prof ok message words word today tomorrow hand course matter sense side
  attempt contribution contributions capability capabilities context consequence variety choice line list kind sort majority
  literature topic topics subject subjects view perspective demand trend trends note notes user users
  morning afternoon evening night monday tuesday wednesday thursday friday saturday sunday january february march april june july
  august september october november december noon midnight trouble excuse straight thirty forty fifty sixty family name names
  guy guys girl boy room world life home house money`;

const FILLERS = `hi hello hey bye goodbye thanks thank you ok okay yes no yeah yep sure right well oh ah hmm um uh please sorry
  welcome great good morning afternoon evening night fine nice see later really wow of course i it's that's is that so very much
  how are what do you mean all not at know think let me the a an and there here pleasure problem too lot got it exactly absolutely
  definitely congratulations excuse pardon sir madam`;

/** English, by hand. */
export const ENGLISH: LanguageWords = {
  closed: wordSet(CLOSED),
  determiners: wordSet(DETERMINERS),
  pronouns: wordSet(PRONOUNS),
  auxiliaries: wordSet(AUXILIARIES),
  verbs: inflectEnglish(wordSet(VERBS), wordSet(IRREGULAR)),
  verbsOrNouns: inflectEnglish(wordSet(VERBS_OR_NOUNS), new Set()),
  weakAdjectives: wordSet(WEAK_ADJECTIVES),
  measures: wordSet(MEASURES),
  weakNouns: wordSet(WEAK_NOUNS),
  fillers: wordSet(FILLERS),
  joiners: new Set(),
};
