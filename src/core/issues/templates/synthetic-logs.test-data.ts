/**
 * Logs of many styles with known templates, for tests: each line of a style is one template, `weight` × as frequent as
 * the others, with its slots filled from seeded pools. Invented here; no line stems from a data set.
 */
export interface SyntheticLine {
  message: string;
  template: string;
}

/** Weight, then the sentence; `{kind}` is a slot, `{a|b|c}` a choice among words that are values. */
type Style = readonly (readonly [weight: number, sentence: string])[];

export const STYLES: Record<string, Style> = {
  sshd: [
    [40, 'Failed password for {user} from {ip} port {int} ssh2'],
    [40, 'Failed password for invalid user {user} from {ip} port {int} ssh2'],
    [10, 'Accepted publickey for {user} from {ip} port {int} ssh2: RSA SHA256:{base64}'],
    [30, 'Invalid user {user} from {ip}'],
    [30, 'Received disconnect from {ip}: 11: Bye Bye [preauth]'],
    [10, 'Received disconnect from {ip}: 11: disconnected by user'],
    [30, 'pam_unix(sshd:auth): check pass; user unknown'],
    [30, 'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={host}'],
    [20, 'reverse mapping checking getaddrinfo for {host} [{ip}] failed - POSSIBLE BREAK-IN ATTEMPT!'],
    [10, 'Connection closed by {ip} [preauth]'],
    [3, 'Did not receive identification string from {ip}'],
    [3, 'error: Received disconnect from {ip}: 3: com.jcraft.jsch.JSchException: Auth fail [preauth]'],
    [2, 'fatal: Write failed: Connection reset by peer [preauth]'],
    [5, 'pam_unix(sshd:session): session opened for user {user} by (uid=0)'],
    [5, 'pam_unix(sshd:session): session closed for user {user}'],
    [2, 'PAM {int} more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost={host}'],
    [1, 'Server listening on 0.0.0.0 port 22.'],
  ],
  nginx: [
    [
      30,
      '{int}#{int}: *{int} open() "{path}" failed (2: No such file or directory), client: {ip}, server: {host}, request: "GET {path} HTTP/1.1", host: "{host}"',
    ],
    [
      20,
      '{int}#{int}: *{int} upstream timed out (110: Connection timed out) while reading response header from upstream, client: {ip}, server: {host}, request: "POST {path} HTTP/1.1", upstream: "http://{ip}:{int}{path}", host: "{host}"',
    ],
    [
      20,
      '{int}#{int}: *{int} connect() failed (111: Connection refused) while connecting to upstream, client: {ip}, server: {host}, request: "GET {path} HTTP/2.0", upstream: "http://{ip}:{int}{path}", host: "{host}"',
    ],
    [
      10,
      '{int}#{int}: *{int} client intended to send too large body: {int} bytes, client: {ip}, server: {host}, request: "POST {path} HTTP/1.1", host: "{host}"',
    ],
    [5, '{int}#{int}: signal process started'],
    [
      5,
      '{int}#{int}: *{int} SSL_do_handshake() failed (SSL: error:{hex}:SSL routines:ssl3_get_client_hello:unsupported protocol) while SSL handshaking, client: {ip}, server: 0.0.0.0:443',
    ],
    [
      3,
      '{int}#{int}: *{int} a client request body is buffered to a temporary file {path}, client: {ip}, server: {host}, request: "POST {path} HTTP/1.1", host: "{host}"',
    ],
  ],
  kubernetes: [
    [20, 'Successfully pulled image "{image}" in {dur}'],
    [20, 'Pulling image "{image}"'],
    [20, 'Created container {name}'],
    [20, 'Started container {name}'],
    [10, 'Back-off restarting failed container {name} in pod {pod}_{name}({uuid})'],
    [10, 'Readiness probe failed: Get "http://{ip}:{int}{path}": dial tcp {ip}:{int}: connect: connection refused'],
    [10, 'Liveness probe failed: HTTP probe failed with statuscode: {int}'],
    [10, 'Scaled up replica set {pod} to {int}'],
    [10, 'Scaled down replica set {pod} to {int}'],
    [10, 'Successfully assigned {name}/{pod} to {node}'],
    [5, '0/{int} nodes are available: {int} Insufficient cpu, {int} Insufficient memory.'],
    [5, 'MountVolume.SetUp failed for volume "{name}" : secret "{name}" not found'],
    [
      10,
      '"Killing container with a grace period" pod="{name}/{pod}" podUID="{uuid}" containerName="{name}" containerID="containerd://{sha256}" gracePeriod={int}',
    ],
    [
      10,
      '"SyncLoop (PLEG): event for pod" pod="{name}/{pod}" event={"ID":"{uuid}","Type":"ContainerStarted","Data":"{sha256}"}',
    ],
    [5, 'Deleted pod: {pod}'],
    [1, 'Starting kubelet.'],
    [2, 'Node {node} status is now: NodeReady'],
  ],
  jvm: [
    [20, 'HHH000{int}: Manipulation query [{sql}] resulted in [{int}] split queries'],
    [30, '[Full GC (Allocation Failure)  {int}K->{int}K({int}K), {float} secs]'],
    [30, '[GC (Allocation Failure)  {int}K->{int}K({int}K), {float} secs]'],
    [20, 'HikariPool-{int} - Connection is not available, request timed out after {int}ms.'],
    [5, 'HikariPool-{int} - Starting...'],
    [5, 'HikariPool-{int} - Start completed.'],
    [10, 'Started {class} in {float} seconds (JVM running for {float})'],
    [10, 'Completed initialization in {int} ms'],
    [10, 'Could not resolve placeholder \'{key}\' in value "{key}"'],
    [20, "Resolved [{class}: Request method '{method}' not supported]"],
    [10, 'Retrying task {class} on thread pool-{int}-thread-{int} (attempt {int} of {int})'],
    [
      10,
      "Bean '{camel}' of type [{class}] is not eligible for getting processed by all BeanPostProcessors (for example: not eligible for auto-proxying)",
    ],
    [1, "Tomcat started on port(s): {int} (http) with context path ''"],
    [1, 'Root WebApplicationContext: initialization completed in {int} ms'],
  ],
  windowsServicing: [
    [30, 'Session: {int}_{int} initialized by client {camel}.'],
    [40, 'Read out cached package applicability for package: {package}, ApplicableState: {int}, CurrentState:{int}'],
    [20, 'Loaded Servicing Stack v{version} with Core: {winpath}'],
    [10, 'Failed to internally open package. [HRESULT = 0x{hex8} - CBS_E_INVALID_PACKAGE]'],
    [10, 'Failed to get next element [HRESULT = 0x{hex8} - CBS_E_MANIFEST]'],
    [5, 'SQM: Initializing online with Windows opt-in: {False|True}'],
    [5, 'SQM: Cleaning up report files older than {int} days.'],
    [5, 'SQM: Failed to start standard sample upload. [HRESULT = 0x{hex8} - E_FAIL]'],
    [10, 'Starting TrustedInstaller initialization.'],
    [10, 'Ending TrustedInstaller initialization.'],
    [10, 'Starting TrustedInstaller finalization.'],
    [10, 'Ending TrustedInstaller finalization.'],
    [
      10,
      '{int8}@{winstamp} WcpInitialize (wcp.dll version 0.0.0.6) called (stack @0x{hex8} @0x{hex8} @0x{hex8} @0x{hex8})',
    ],
    [10, '{int8} CSI Store {int} (0x{hex8}) initialized'],
    [10, '{int8} Creating NT transaction (seq {int}), objectname [{int}]"(null)"'],
    [10, '{int8} Created NT transaction (seq {int}) result 0x{hex8}, handle @0x{hex4}'],
    [
      5,
      'No startup processing required, TrustedInstaller service was not set as autostart, or else a reboot is still pending.',
    ],
    [5, 'NonStart: Checking to ensure startup processing was not required.'],
  ],
  supercomputer: [
    [20, 'generating core.{int}'],
    [20, 'instruction cache parity error corrected'],
    [20, '{int} double-hummer alignment exceptions'],
    [10, 'total of {int} ddr error(s) detected and corrected'],
    [10, 'ciod: failed to read message prefix on control stream (CioStream socket to {ip}:{int})'],
    [10, 'ciod: Error loading {path}: invalid or missing program image, No such file or directory'],
    [5, 'ciod: LOGIN chdir({path}) failed: No such file or directory'],
    [10, 'CE sym {int}, at 0x{hex8}, mask 0x{hex2}'],
    [5, 'iar {hex8} dear {hex8}'],
    [5, 'rts: kernel terminated for reason {int}'],
    [5, 'rts panic! - stopping execution'],
    [10, 'data TLB error interrupt'],
    [5, 'L3 major internal error'],
    [5, 'Node card is not fully functional'],
    [
      5,
      'Node card VPD check: {location} node in processor card slot {location} do not match. VPD ecid {hex32}, found {hex32}',
    ],
    [5, 'MidplaneSwitchController performing bit sparing on {location} bit {int}'],
    [
      5,
      'PrepareForService is being done on this part (mLctn({location}), mCardSernum(203231503833343000000000594c31304b34323{int}), mLp(FRU), mIp({ip}), mType(4)) by {user}',
    ],
    [10, '({user}) CMD ({path})'],
    [10, 'ib_sm_sweep.c:{int}: No topology change'],
    [5, 'data_thread() got not answer from any [{node}] datasource'],
    [10, 'DHCPDISCOVER from {mac} via {nic}'],
    [10, 'DHCPDISCOVER from {mac} via {nic}: network A_Net: no free leases'],
    [5, 'synchronized to {ip}, stratum {int}'],
    [5, 'Warning: we failed to resolve data source name {node}'],
  ],
  hpcCluster: [
    [20, 'PSU status ( on on )'],
    [10, 'PSU status ( off on )'],
    [20, 'Fan speeds ( {int} {int} {int} {int} {int} {int} )'],
    [20, 'ambient={int}'],
    [10, 'psu failure\\042ambient={int}'],
    [10, 'node {node} detected a failed network connection on network {ip} via interface {nic}'],
    [10, 'node {node} detected an available network connection on network {ip} via interface {nic}'],
    [10, 'boot (command {int}) Error: machine check on node {node}'],
    [10, 'halt (command {int}) Error: CPU {int} not responding'],
    [5, 'Component State Change: Component "{nic}" is in the unavailable state (HWID={int})'],
    [5, 'ServerFileSystem domain {node} is full'],
    [5, 'ServerFileSystem domain {node} is mounted'],
    [5, 'Targeting domains:{node} and nodes:{node} child of command {int}'],
    [5, 'Link error on broadcast tree {location}'],
    [5, 'risBoot command ERROR'],
    [2, 'Lustre mount FAILED : {node} : block_id : location'],
  ],
  macSystem: [
    [20, 'ARPT: {float}: wl0: MDNS: IPV6 Addr: {ipv6}'],
    [10, 'ARPT: {float}: AirPort_Brcm43xx::powerChange: System Sleep'],
    [10, 'ARPT: {float}: AirPort_Brcm43xx::syncPowerState: WWEN[enabled]'],
    [10, 'AirPort: Link Down on {nic}. Reason {int} (Disassociated because station leaving).'],
    [10, 'AirPort: Link Up on {nic}'],
    [10, '{nic}: channel changed to {int},+1'],
    [10, 'PM response took {int} ms ({int}, powerd)'],
    [10, 'Unexpected payload found for message {int}, dataLen 0'],
    [10, 'host {node} awake from {int} s sleep'],
    [10, 'AppleCamIn::systemWakeCall - messageType = 0x{hex8}'],
    [5, 'RTC: PowerByCalendarDate setting ignored'],
    [5, 'hibernate image path: {path}'],
    [5, 'hibernate_page_list_setall(preflight {int}) start'],
    [5, 'hibernate_page_list_setall time: {int} ms'],
    [10, '({reverse}[{int}]): Service exited with abnormal code: {int}'],
    [10, '({reverse}): Service only ran for {int} seconds. Pushing respawn out by {int} seconds.'],
    [5, 'Sandbox: {camel}({int}) deny(1) mach-lookup {reverse}'],
    [5, '[{time}] Captive: Switched to en0'],
    [
      5,
      "WARNING: The Gestalt selector gestaltSystemVersion is returning {int} instead of {int}. Use NSProcessInfo's operatingSystemVersion property to get correct system version number.",
    ],
    [
      5,
      'tcp_connection_tls_session_error_callback_imp {int} __tcp_connection_tls_session_callback_write_block_invoke.{int} error {int}',
    ],
  ],
  android: [
    [20, 'acquire lock={int}, flags=0x1, tag="{camel}", name={reverse}, ws=null, uid={int}, pid={int}'],
    [20, 'release lock={int}, flg=0x0, tag="{camel}", name={reverse}, ws=null, uid={int}, pid={int}'],
    [
      20,
      'Skipping AppWindowToken{{hex7} token=Token{{hex7} ActivityRecord{{hex7} u0 {reverse}/.MainActivity t{int}}}} -- going to hide',
    ],
    [
      10,
      'printFreezingDisplayLogsopening app wtoken = AppWindowToken{{hex7} token=Token{{hex7} ActivityRecord{{hex7} u0 {reverse}/.MainActivity t{int}}}}, allDrawn= {false|true}, startingDisplayed =  false',
    ],
    [20, 'setSystemUIVisibility vis={hex7} mask=ffffffff oldVal={hex7} newVal={hex7} diff={hex7}'],
    [10, 'cancelAutohide'],
    [10, 'Destroying surface Surface(name=PopupWindow:{hex7}) called by {stackish}'],
    [10, 'getRunningAppProcesses: caller {int} does not hold REAL_GET_TASKS; limiting output'],
    [10, 'computeScreenConfigurationLocked() Point({int}, {int})'],
    [10, 'onTouchEvent MotionEvent { action=ACTION_DOWN, actionButton=0, id[0]={int}, x[0]={float}, y[0]={float} }'],
    [10, 'onTouchEvent MotionEvent { action=ACTION_UP, actionButton=0, id[0]={int}, x[0]={float}, y[0]={float} }'],
    [5, 'Killing {int}:{reverse}/u0a{int} (adj {int}): empty #{int}'],
    [5, 'Start proc {int}:{reverse}/u0a{int} for service {reverse}/.SyncService'],
    [5, 'Force stopping {reverse} appid={int} user={int}: from pid {int}'],
    [5, 'HBM brightnessIn ={int}'],
    [5, 'HBM brightnessOut ={int}'],
    [5, 'getLightSensorValue lux {float}'],
    [3, 'userActivityNoUpdateLocked: eventTime={int}, event={int}, flags=0x0, uid={int}'],
  ],
  spark: [
    [40, 'Running task {float} in stage {float} (TID {int})'],
    [40, 'Finished task {float} in stage {float} (TID {int}). {int} bytes result sent to driver'],
    [30, 'Found block rdd_{int}_{int} locally'],
    [20, 'Block broadcast_{int} stored as values in memory (estimated size {float} KB, free {float} MB)'],
    [20, 'Block broadcast_{int}_piece{int} stored as bytes in memory (estimated size {float} KB, free {float} KB)'],
    [20, 'Started reading broadcast variable {int}'],
    [20, 'Reading broadcast variable {int} took {int} ms'],
    [5, '{key} is deprecated. Instead, use {key}'],
    [5, 'Changing view acls to: {user},{user}'],
    [5, 'Changing modify acls to: {user},{user}'],
    [10, "Saved output of task 'attempt_{int}_{int}_m_{int}_{int}' to hdfs://{ip}:{int}{path}"],
    [10, 'attempt_{int}_{int}_m_{int}_{int}: Committed'],
    [10, 'Input split: hdfs://{ip}:{int}{path}:{int}+{int}'],
    [3, 'Starting executor ID {int} on host {host}'],
    [3, "Successfully started service '{camel}' on port {int}."],
    [1, 'Registered signal handlers for [TERM, HUP, INT]'],
    [1, 'Slf4jLogger started'],
    [3, 'MemoryStore started with capacity {float} MB'],
    [1, 'Connecting to driver: spark://{ip}:{int}'],
  ],
  postgres: [
    [20, 'duration: {float} ms  statement: {sql}'],
    [10, 'connection received: host={ip} port={int}'],
    [10, 'connection authorized: user={user} database={name}'],
    [10, 'disconnection: session time: 0:{time} user={user} database={name} host={ip} port={int}'],
    [10, 'relation "{name}" does not exist at character {int}'],
    [10, 'duplicate key value violates unique constraint "{snake}"'],
    [10, 'column "{name}" of relation "{name}" does not exist'],
    [10, 'password authentication failed for user "{user}"'],
    [5, 'automatic vacuum of table "{name}.public.{snake}": index scans: {int}'],
    [10, 'checkpoint complete: wrote {int} buffers ({float}%); {int} WAL file(s) added, {int} removed, {int} recycled'],
    [5, 'checkpoint starting: time'],
    [2, 'checkpoint starting: xlog'],
    [5, 'canceling statement due to statement timeout'],
    [5, 'deadlock detected'],
    [3, 'process {int} still waiting for ShareLock on transaction {int} after {float} ms'],
    [1, 'database system is ready to accept connections'],
  ],
  django: [
    [20, 'Internal Server Error: {path}'],
    [20, 'Not Found: {path}'],
    [10, 'Forbidden (CSRF token missing.): {path}'],
    [10, "Invalid HTTP_HOST header: '{host}'. You may need to add '{host}' to ALLOWED_HOSTS."],
    [10, 'Task {snakedots}[{uuid}] received'],
    [10, 'Task {snakedots}[{uuid}] succeeded in {float}s: None'],
    [10, "Task {snakedots}[{uuid}] raised unexpected: {errorclass}('{word}')"],
    [10, 'User {user} logged in from {ip}'],
    [10, 'User {user} logged out'],
    [5, 'Order {int} shipped to {email}'],
    [5, 'Cache miss for key {snake}:{int}'],
    [5, 'Cache hit for key {snake}:{int}'],
    [5, 'Sending mail to {email} failed: {errorclass}'],
    [3, 'Worker {int} exited'],
    [3, 'Worker {int} ready'],
  ],
  systemd: [
    [20, 'Started Session {int} of user {user}.'],
    [10, 'Started {camel} daemon.'],
    [10, 'Starting {camel} daemon...'],
    [10, 'Stopped target {camel}.'],
    [10, '{name}.service: Main process exited, code=exited, status={int}/FAILURE'],
    [10, "{name}.service: Failed with result 'exit-code'."],
    [10, '{name}.service: Scheduled restart job, restart counter is at {int}.'],
    [10, '{name}.service: Consumed {float}s CPU time.'],
    [10, 'Removed slice User Slice of UID {int}.'],
    [
      20,
      '[UFW BLOCK] IN={nic} OUT= MAC={mac}:{mac}:08:00 SRC={ip} DST={ip} LEN={int} TOS=0x00 PREC=0x00 TTL={int} ID={int} PROTO=TCP SPT={int} DPT={int} WINDOW={int} RES=0x00 SYN URGP=0',
    ],
    [10, 'usb {int}-{int}: new high-speed USB device number {int} using xhci_hcd'],
    [10, 'usb {int}-{int}: USB disconnect, device number {int}'],
    [
      10,
      'Out of memory: Killed process {int} ({name}) total-vm:{int}kB, anon-rss:{int}kB, file-rss:{int}kB, shmem-rss:0kB, UID:{int} pgtables:{int}kB oom_score_adj:0',
    ],
    [10, 'EXT4-fs ({nic}): mounted filesystem with ordered data mode. Opts: (null)'],
    [5, 'EXT4-fs error (device {nic}): ext4_lookup:{int}: inode #{int}: comm {name}: deleted inode referenced: {int}'],
    [10, 'systemd-logind[{int}]: New session {int} of user {user}.'],
    [10, 'systemd-logind[{int}]: Removed session {int}.'],
    [5, '{nic}: Link is Down'],
    [5, '{nic}: Link is Up - {int}Mbps/Full - flow control rx/tx'],
  ],
  router: [
    [20, '%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet{int}/{int}, changed state to up'],
    [20, '%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet{int}/{int}, changed state to down'],
    [20, '%LINK-3-UPDOWN: Interface GigabitEthernet{int}/{int}, changed state to down'],
    [10, '%SYS-5-CONFIG_I: Configured from console by {user} on vty0 ({ip})'],
    [10, '%SEC-6-IPACCESSLOGP: list {name} denied tcp {ip}({int}) -> {ip}({int}), {int} packets'],
    [10, '%SEC-6-IPACCESSLOGP: list {name} permitted tcp {ip}({int}) -> {ip}({int}), {int} packets'],
    [10, '%BGP-5-ADJCHANGE: neighbor {ip} Down BGP Notification sent'],
    [10, '%BGP-5-ADJCHANGE: neighbor {ip} Up'],
    [10, '%OSPF-5-ADJCHG: Process {int}, Nbr {ip} on Vlan{int} from LOADING to FULL, Loading Done'],
    [10, '%OSPF-5-ADJCHG: Process {int}, Nbr {ip} on Vlan{int} from FULL to DOWN, Neighbor Down: Dead timer expired'],
    [
      5,
      "%SSH-5-SSH2_USERAUTH: User '{user}' authentication for SSH2 Session from {ip} (tty = {int}) using crypto cipher 'aes256-ctr', hmac 'hmac-sha2-256' Succeeded",
    ],
  ],
  kafka: [
    [
      20,
      '[GroupCoordinator {int}]: Preparing to rebalance group {name}-consumers in state PreparingRebalance with old generation {int} (__consumer_offsets-{int}) (reason: Adding new member consumer-{int}-{uuid})',
    ],
    [
      20,
      '[GroupCoordinator {int}]: Stabilized group {name}-consumers generation {int} (__consumer_offsets-{int}) with {int} members',
    ],
    [
      20,
      '[Partition {name}-{int} broker={int}] Shrinking ISR from {int},{int} to {int}. Leader: (highWatermark: {int}, endOffset: {int}).',
    ],
    [20, '[Partition {name}-{int} broker={int}] Expanding ISR from {int} to {int},{int}'],
    [20, '[Log partition={name}-{int}, dir={path}] Rolled new log segment at offset {int} in {int} ms.'],
    [
      20,
      '[Log partition={name}-{int}, dir={path}] Found deletable segments with base offsets [{int}] due to retention time {int}ms breach',
    ],
    [
      10,
      '[Consumer clientId=consumer-{int}, groupId={name}] Resetting offset for partition {name}-{int} to offset {int}.',
    ],
    [
      10,
      '[Producer clientId={name}] Got error produce response with correlation id {int} on topic-partition {name}-{int}, retrying ({int} attempts left). Error: NOT_LEADER_FOR_PARTITION',
    ],
    [10, 'Created log for partition {name}-{int} in {path} with properties {cleanup.policy=[delete]}'],
    [10, 'Client session timed out, have not heard from server in {int}ms for sessionid 0x{hex}'],
    [5, 'Awaiting socket connections on 0.0.0.0:{int}.'],
  ],
  redisMysql: [
    [20, '{int} changes in {int} seconds. Saving...'],
    [20, 'Background saving started by pid {int}'],
    [20, 'Background saving terminated with success'],
    [20, 'RDB: {int} MB of memory used by copy-on-write'],
    [10, 'MASTER <-> REPLICA sync: receiving {int} bytes from master'],
    [
      10,
      "Aborted connection {int} to db: '{name}' user: '{user}' host: '{ip}' (Got timeout reading communication packets)",
    ],
    [10, "Access denied for user '{user}'@'{host}' (using password: {YES|NO})"],
    [10, "Table './{name}/{snake}' is marked as crashed and should be repaired"],
    [
      10,
      'InnoDB: page_cleaner: {int}ms intended loop took {int}ms. The settings might not be optimal. (flushed={int}, during the time.)',
    ],
    [10, "Unknown column '{snake}' in 'field list'"],
    [10, "Duplicate entry '{int}-{word}' for key '{snake}'"],
    [5, "Forcing close of thread {int}  user: '{user}'"],
    [5, 'DB saved on disk'],
    [5, 'Ready to accept connections'],
  ],
  nodeService: [
    [20, 'GET {path} {int} {float} ms - {int}'],
    [20, 'POST {path} {int} {float} ms - {int}'],
    [10, 'connect ECONNREFUSED {ip}:{int}'],
    [10, 'getaddrinfo ENOTFOUND {host}'],
    [10, 'Request failed with status code {int}'],
    [10, 'timeout of {int}ms exceeded'],
    [10, "Cannot read properties of undefined (reading '{word}')"],
    [10, '{word} is not defined'],
    [10, 'job {uuid} ({name}) completed in {int}ms'],
    [10, 'job {uuid} ({name}) failed after {int} attempts: {errorclass}'],
    [10, 'user {email} signed in from {ip}'],
    [10, 'payment pi_{hex} declined: {insufficient_funds|expired_card|card_declined|lost_card}'],
    [5, 'queue {name}: {int} waiting, {int} active, {int} delayed'],
    [5, 'feature flag {snake} evaluated to {true|false} for tenant {int}'],
    [5, 'Retrying request to {url} (attempt {int}/{int})'],
    [5, 'Listening on http://localhost:{int}'],
    [5, 'webhook {url} answered {int}, giving up'],
    [5, 'slow query ({int} ms): {sql}'],
  ],
  french: [
    [20, "Échec de connexion pour l'utilisateur {user} depuis {ip}"],
    [20, 'Commande {int} expédiée à {email}'],
    [20, "Impossible d'ouvrir le fichier {path} : accès refusé"],
    [10, "Impossible d'ouvrir le fichier {path} : fichier introuvable"],
    [10, 'Le service {name} a redémarré en {int} ms'],
    [10, 'Le service {name} ne répond plus'],
    [10, 'Paiement refusé (code {int}) pour la commande {int}'],
    [10, 'Sauvegarde terminée : {int} fichiers, {float} Mo'],
    [10, 'Tâche « {name} » démarrée'],
    [10, 'Tâche « {name} » terminée en {dur}'],
    [5, 'Arrêt demandé'],
    [5, 'Espace disque faible : {int} % libre sur {path}'],
  ],
};

const WORDS = [
  'orders',
  'billing',
  'search',
  'catalog',
  'auth',
  'mailer',
  'gateway',
  'inventory',
  'ledger',
  'sessions',
  'reports',
  'uploads',
];
const USERS = [
  'root',
  'admin',
  'oracle',
  'test',
  'guest',
  'jsmith',
  'postgres',
  'ubuntu',
  'git',
  'nagios',
  'user1',
  'marie',
];

/** Deterministic pseudo-random numbers (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Fill = (pick: <T>(list: readonly T[]) => T, number: (limit: number) => number) => string;

const hexOf =
  (length: number): Fill =>
  (pick) =>
    Array.from({ length }, () => pick([...'0123456789abcdef'])).join('');
const word: Fill = (pick) => pick(WORDS);
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const camel: Fill = (pick) => capital(pick(WORDS)) + pick(['Service', 'Worker', 'Agent', 'Client', 'Handler']);
const ip: Fill = (_, number) => [10, number(255), number(255), number(255)].join('.');
const snake: Fill = (pick) => `${pick(WORDS)}_${pick(['pkey', 'total', 'items', 'log', 'name_key'])}`;

const FILL: Record<string, Fill> = {
  ip,
  user: (pick) => pick(USERS),
  int: (_, number) => String(number(number(2) ? 99_999 : 99)),
  int8: (_, number) => String(number(9999)).padStart(8, '0'),
  float: (_, number) => (number(100_000) / 97).toFixed(3),
  dur: (_, number) => `${number(90)}.${number(999)}s`,
  time: (_, number) => `${10 + number(13)}:${10 + number(49)}:${10 + number(49)}.${100 + number(899)}`,
  version: (_, number) => `6.1.${number(9999)}.${number(99_999)}`,
  winstamp: (_, number) => `2016/9/${1 + number(29)}:20:40:5${number(9)}.${number(999)}`,
  hex: (pick, number) => `${pick('123456789abcdef'.split(''))}${hexOf(11)(pick, number)}`,
  hex2: hexOf(2),
  hex4: hexOf(4),
  hex7: hexOf(7),
  hex8: hexOf(8),
  hex32: hexOf(32),
  sha256: hexOf(64),
  base64: (pick) => Array.from({ length: 43 }, () => pick([...'ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789+'])).join(''),
  uuid: (pick, number) => [8, 4, 4, 4, 12].map((length) => hexOf(length)(pick, number)).join('-'),
  mac: (pick, number) => Array.from({ length: 6 }, () => hexOf(2)(pick, number)).join(':'),
  ipv6: (pick, number) => `fe80:0:0:0:${Array.from({ length: 4 }, () => hexOf(4)(pick, number)).join(':')}`,
  host: (pick, number) =>
    `${pick(WORDS)}-${number(30)}.${pick(['example.com', 'corp.example.org', 'lan.example.net'])}`,
  node: (pick, number) => `${pick(['node', 'gige', 'storage', 'dn'])}${pick(['-', ''])}${number(300)}`,
  nic: (pick, number) => `${pick(['eth', 'alt', 'en'])}${number(3)}`,
  location: (_, number) => `R${10 + number(60)}-M${number(1)}-N${number(9)}-C:J${10 + number(8)}-U11`,
  path: (pick, number) =>
    `/${pick(WORDS)}/${pick(WORDS)}/${pick(['index.html', 'v1/items', `${number(999)}`, 'img/logo.png'])}`,
  winpath: (pick) => `C:\\Windows\\winsxs\\amd64_microsoft-windows-servicingstack_${pick(WORDS)}\\cbscore.dll`,
  package: (pick, number) =>
    `Package_for_KB${number(9_999_999)}~31bf3856ad364e35~${pick(['amd64', 'x86'])}~~6.1.${number(9)}.${number(9)}`,
  image: (pick, number) => `registry.example.com/${pick(WORDS)}:${number(9)}.${number(9)}.${number(9)}`,
  name: word,
  word,
  pod: (pick, number) => `${pick(WORDS)}-${hexOf(9)(pick, number)}-${pick('bcdfghjkl'.split(''))}x${number(9)}z`,
  class: (pick, number) => `com.example.${pick(WORDS)}.${camel(pick, number)}`,
  errorclass: (pick) =>
    pick(['ValueError', 'KeyError', 'ConnectionError', 'TimeoutError', 'SMTPException', 'RuntimeError']),
  camel,
  key: (pick) => `${pick(WORDS)}.${pick(['task', 'job', 'map'])}.${pick(['id', 'partition', 'is.map', 'timeout'])}`,
  snake,
  snakedots: (pick, number) => `${pick(WORDS)}.tasks.${snake(pick, number)}`,
  reverse: (pick) => `com.example.${pick(WORDS)}`,
  stackish: (pick) => `com.example.${pick(WORDS)}.View.destroy:${pick(['12', '99', '331'])}`,
  url: (pick, number) => `https://${pick(WORDS)}.example.com/${pick(WORDS)}/${number(999)}`,
  email: (pick) => `${pick(USERS)}@example.${pick(['com', 'org', 'fr'])}`,
  method: (pick) => pick(['GET', 'POST', 'PUT', 'DELETE']),
  sql: (pick, number) => `SELECT * FROM ${pick(WORDS)} WHERE id = ${number(9999)}`,
};

/** `lines` lines of a style, in an order that the seed decides. */
export function syntheticLog(style: Style, lines: number, seed: number): SyntheticLine[] {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const number = (limit: number) => Math.floor(random() * (limit + 1));
  const bag = style.flatMap(([weight, sentence]) => Array<string>(weight).fill(sentence));
  return Array.from({ length: lines }, () => {
    const template = pick(bag);
    const message = template.replace(/\{([\w|]+)\}/g, (slot, kind: string) =>
      kind.includes('|') ? pick(kind.split('|')) : (FILL[kind]?.(pick, number) ?? slot),
    );
    return { message, template };
  });
}
